import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

/** Rows that somebody else wrote with a plain INSERT, sound ones and odd ones. */
export function foreignRows(test: ContractTest): void {
  test('a job of nothing but queue and payload is claimed', async (db) => {
    await db.run("INSERT INTO _honker_live (queue, payload) VALUES ('q', '{}')");
    expect(await db.claim()).toMatchObject([{ id: 1, payload: '{}', attempts: 1 }]);
  });

  test('a payload that is no JSON is handed over as it is', async (db) => {
    await db.run("INSERT INTO _honker_live (queue, payload) VALUES ('q', 'not \"JSON\\')");
    expect(await db.claim()).toMatchObject([{ payload: 'not "JSON\\' }]);
  });

  test('control characters, bytes that are no UTF-8 and blobs come out as valid JSON', async (db) => {
    for (const payload of [
      "CAST(x'41ff42' AS TEXT)",
      "CAST(x'01097f0a' AS TEXT)",
      "x'00e9'",
      "x''",
      "''",
    ]) {
      await db.run(`INSERT INTO _honker_live (queue, payload) VALUES ('q', ${payload})`);
    }
    expect((await db.claim('q', 'w', 9)).map((job) => job.payload)).toEqual([
      'A\ufffdB',
      '\u0001\t\u007f\n',
      '\u0000\ufffd',
      '',
      '',
    ]);
    for (let id = 1; id <= 5; id++)
      expect(await db.json('SELECT honker_get_job(?)', id)).toMatchObject({ id });
  });

  test('a payload that is a number', async (db) => {
    await db.run("INSERT INTO _honker_live (queue, payload) VALUES ('q', 42)");
    expect(await db.claim()).toMatchObject([{ payload: '42' }]);
  });

  test('priorities that are REAL, text or blob have their place in the order', async (db) => {
    for (const [payload, priority] of [
      ['c', '1'],
      ['b', '1.5'],
      ['d', '-0.5'],
      ['a', "'high'"],
      ['z', "x'00'"],
    ]) {
      await db.run(
        `INSERT INTO _honker_live (queue, payload, priority) VALUES ('q', '${payload}', ${priority})`,
      );
    }
    const claimed: string[] = [];
    for (let i = 0; i < 5; i++) claimed.push(...(await db.claim()).map((job) => job.payload));
    expect(claimed.join('')).toBe('zabcd');
    expect(await db.value("SELECT count(*) FROM _honker_live WHERE state = 'pending'")).toBe(0);
  });

  test('a run_at that is text or a blob is never due, and holds nothing else up', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload, run_at) VALUES ('q', 'a', 'tomorrow')",
      "INSERT INTO _honker_live (queue, payload, run_at) VALUES ('q', 'b', x'00')",
      "INSERT INTO _honker_live (queue, payload) VALUES ('q', 'c')",
    );
    expect((await db.claim('q', 'w', 9)).map((job) => job.payload)).toEqual(['c']);
    expect(await db.value("SELECT honker_queue_next_claim_at('q') > unixepoch()")).toBe(1); // c's lease
    await db.run("DELETE FROM _honker_live WHERE payload = 'c'");
    expect(await db.value("SELECT honker_queue_next_claim_at('q')")).toBe(0);
    expect(await db.json('SELECT honker_queue_stats(NULL)')).toMatchObject([
      { ready: 0, scheduled: 2 },
    ]);
  });

  test('a fractional run_at is due when it is past, and the next claim is never before it', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload, run_at) VALUES ('q', 'a', unixepoch() + 100.5)",
    );
    expect(await db.claim()).toEqual([]);
    expect(
      await db.value("SELECT honker_queue_next_claim_at('q') >= run_at FROM _honker_live"),
    ).toBe(1);
    await db.run('UPDATE _honker_live SET run_at = unixepoch() - 0.5');
    expect(await db.claim()).toHaveLength(1);
  });

  test('a lease end that is text never counts as a time', async (db) => {
    await db.run(
      'INSERT INTO _honker_live (queue, payload, state, worker_id, claim_expires_at)' +
        " VALUES ('q', 'a', 'processing', 'w', 'soon')",
    );
    expect(await db.claim()).toEqual([]);
    expect(await db.value("SELECT honker_queue_next_claim_at('q')")).toBe(0);
  });

  test('negative attempts are attempts left', async (db) => {
    await db.run("INSERT INTO _honker_live (queue, payload, attempts) VALUES ('q', 'a', -2)");
    expect(await db.claim()).toMatchObject([{ attempts: -1 }]);
  });

  test('attempts and ids at the ends of 64 bits', async (db) => {
    await db.run(
      'INSERT INTO _honker_live (id, queue, payload, attempts, max_attempts)' +
        " VALUES (9223372036854775807, 'q', 'a', 9223372036854775806, 9223372036854775807)," +
        " (-9223372036854775808, 'q', 'b', -9223372036854775808, 1)",
    );
    const text = String(await db.value("SELECT honker_claim_batch('q', 'w', 9, 60)"));
    expect(text).toContain('"id":9223372036854775807,');
    expect(text).toContain('"attempts":9223372036854775807,');
    expect(text).toContain('"id":-9223372036854775808,');
    expect(await db.value("SELECT honker_ack(9223372036854775807, 'w')")).toBe(1);
    expect(await db.value("SELECT honker_ack(-9223372036854775808, 'w')")).toBe(1);
  });

  test('an id that is in dead already: the job is buried nevertheless', async (db) => {
    await db.run(
      "INSERT INTO _honker_dead (id, queue, payload) VALUES (1, 'q', 'old')",
      "INSERT INTO _honker_live (id, queue, payload, attempts) VALUES (1, 'q', 'new', 9)",
    );
    expect(await db.claim()).toEqual([]);
    expect(await db.column('SELECT payload FROM _honker_dead')).toEqual(['new']);
  });

  test('queue names with NUL, and names that are blobs, end every walk over the queues', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload) VALUES ('a', '1'), (CAST(x'610062' AS TEXT), '1'), (x'61', '1')",
      "INSERT INTO _honker_live (queue, payload, state, claim_expires_at) VALUES (x'61', '1', 'processing', 5)",
      "INSERT INTO _honker_dead (id, queue, payload) VALUES (9, x'61', '1'), (10, 'b', '1')",
    );
    const stats = await db.json('SELECT honker_queue_stats(NULL)');
    expect(stats.map((queue: { queue: string }) => queue.queue)).toEqual(['a', 'a\0b', 'b']);
    expect(await db.value('SELECT honker_dead_purge(NULL, NULL)')).toBe(1);
  });

  test('an unknown state is nobody’s', async (db) => {
    await db.run("INSERT INTO _honker_live (queue, payload, state) VALUES ('q', '1', 'paused')");
    expect(await db.claim()).toEqual([]);
    expect(await db.value("SELECT honker_ack(1, 'w')")).toBe(0);
    expect(await db.json('SELECT honker_get_job(1)')).toMatchObject({ state: 'paused' });
    expect(await db.value('SELECT honker_cancel(1)')).toBe(1);
  });
}
