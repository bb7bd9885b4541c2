import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function cancelAndGet(test: ContractTest): void {
  test('cancel deletes a pending job and one that somebody holds', async (db) => {
    await db.claimed();
    await db.enqueue();
    for (const id of [1, 2]) {
      expect(await db.row('SELECT c, typeof(c) FROM (SELECT honker_cancel(?) AS c)', id)).toEqual([
        1,
        'integer',
      ]);
      expect(await db.value('SELECT honker_cancel(?)', id)).toBe(0);
    }
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
    expect(await db.value("SELECT honker_ack(1, 'w')")).toBe(0);
  });

  test('get_job returns every column in the order of the table', async (db) => {
    await db.run("SELECT honker_enqueue('q', '{\"a\":1}', 5, NULL, 6, 7, 1000)");
    await db.claim();
    const job = await db.json('SELECT honker_get_job(1)');
    expect(Object.keys(job)).toEqual(
      await db.column("SELECT name FROM pragma_table_info('_honker_live')"),
    );
    expect(job).toMatchObject({
      id: 1,
      queue: 'q',
      payload: '{"a":1}',
      state: 'processing',
      priority: 6,
      run_at: 5,
      worker_id: 'w',
      attempts: 1,
      max_attempts: 7,
    });
    expect(job.expires_at - job.created_at).toBe(1000);
  });

  test('get_job of a pending job has nulls', async (db) => {
    await db.enqueue();
    expect(await db.json('SELECT honker_get_job(1)')).toMatchObject({
      worker_id: null,
      claim_expires_at: null,
      expires_at: null,
    });
  });

  test('get_job returns an empty text for an id that is nobody’s', async (db) => {
    expect(await db.row('SELECT j, typeof(j) FROM (SELECT honker_get_job(99) AS j)')).toEqual([
      '',
      'text',
    ]);
  });

  test('get_job of a REAL column is a JSON number', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload, priority, run_at) VALUES ('q', '1', 0.1, 9e999)",
    );
    const job = await db.json('SELECT honker_get_job(1)');
    expect(job).toMatchObject({ priority: 0.1, run_at: null });
  });
}
