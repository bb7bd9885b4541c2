import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function claim(test: ContractTest): void {
  test('returns the jobs with exactly these keys and types', async (db) => {
    const id = await db.enqueue('q', '{"to":"alice"}');
    const text = await db.value("SELECT honker_claim_batch('q', 'w', 5, 60)");
    const [job] = JSON.parse(String(text));
    expect(Object.keys(job)).toEqual([
      'id',
      'queue',
      'payload',
      'worker_id',
      'attempts',
      'claim_expires_at',
    ]);
    expect(job).toMatchObject({
      id,
      queue: 'q',
      payload: '{"to":"alice"}',
      worker_id: 'w',
      attempts: 1,
    });
    expect(
      await db.row('SELECT state, worker_id, attempts, claim_expires_at FROM _honker_live'),
    ).toEqual(['processing', 'w', 1, job.claim_expires_at]);
    expect(
      await db.value('SELECT claim_expires_at - unixepoch() BETWEEN 55 AND 60 FROM _honker_live'),
    ).toBe(1);
  });

  test('returns [] as text when there is nothing', async (db) => {
    expect(
      await db.row("SELECT c, typeof(c) FROM (SELECT honker_claim_batch('q', 'w', 5, 60) AS c)"),
    ).toEqual(['[]', 'text']);
  });

  test('n of 0 claims nothing', async (db) => {
    await db.enqueue();
    expect(await db.claim('q', 'w', 0)).toEqual([]);
  });

  test('an empty claim takes no write lock', async (db) => {
    const other = await db.connect();
    await db.run("SELECT honker_enqueue('q', '1', NULL, 100, NULL, NULL, NULL)");
    await other.run('BEGIN IMMEDIATE');
    expect(await db.claim()).toEqual([]);
    await other.run('ROLLBACK');
  });

  test('highest priority first, then oldest run_at, then id', async (db) => {
    const rows = [
      ['f', 0, 50],
      ['g', 0, 50],
      ['e', 0, 40],
      ['h', -1, 1],
      ['c', 7, 90],
      ['b', 7, 10],
      ['d', 1, 99],
      ['a', 4611686018427387904n, 99],
    ] as const;
    for (const [name, priority, runAt] of rows) {
      await db.query(
        'INSERT INTO _honker_live (queue, payload, priority, run_at) VALUES (?, ?, ?, ?)',
        'q',
        name,
        priority,
        runAt,
      );
    }
    const jobs = await db.claim('q', 'w', 5);
    expect(jobs.map((job) => job.payload).join('')).toBe('abcde');
    expect((await db.claim('q', 'w', 100)).map((job) => job.payload).join('')).toBe('fgh');
  });

  test('jobs with many priorities, most of them for later', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload, priority, run_at) SELECT 'q', value, value," +
        ' unixepoch() + CASE WHEN value % 10 = 0 THEN -1 ELSE 1000 END' +
        ' FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 500)' +
        ' SELECT value FROM n)',
    );
    const jobs = await db.claim('q', 'w', 1000);
    expect(jobs.map((job) => Number(job.payload))).toEqual(
      Array.from({ length: 50 }, (_, i) => 500 - i * 10),
    );
  });

  test('only of its own queue', async (db) => {
    await db.enqueue('other');
    await db.enqueue('Q');
    await db.enqueue('q ');
    expect(await db.claim('q')).toEqual([]);
  });

  test('not before run_at', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', NULL, 100, NULL, NULL, NULL)");
    expect(await db.claim()).toEqual([]);
    await db.run('UPDATE _honker_live SET run_at = unixepoch()');
    expect(await db.claim()).toHaveLength(1);
  });

  test('a claimed job is not claimed again while the lease is valid', async (db) => {
    const job = await db.claimed();
    expect(await db.claim('q', 'w2')).toEqual([]);
    await db.run('UPDATE _honker_live SET claim_expires_at = unixepoch() + 1');
    expect(await db.claim('q', 'w2')).toEqual([]);
    await db.expireLease(job.id);
    expect(await db.claim('q', 'w2')).toMatchObject([{ id: job.id, worker_id: 'w2', attempts: 2 }]);
  });

  test('expired leases come back in priority order with the others', async (db) => {
    await db.enqueue('q', '"low"', 1);
    await db.claim();
    await db.enqueue('q', '"high"', 2);
    await db.run("UPDATE _honker_live SET claim_expires_at = 5 WHERE state = 'processing'");
    expect((await db.claim('q', 'w', 5)).map((job) => job.payload)).toEqual(['"high"', '"low"']);
  });

  test('a job that has used up its attempts moves to dead', async (db) => {
    const id = await db.integer("SELECT honker_enqueue('q', '7', 5, NULL, 2, 2, NULL)");
    for (const attempts of [1, 2]) {
      expect(await db.claim()).toMatchObject([{ id, attempts }]);
      await db.expireLease(id);
    }
    expect(await db.claim()).toEqual([]);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
    expect(
      await db.row(
        'SELECT id, queue, payload, priority, run_at, attempts, max_attempts, last_error,' +
          ' typeof(created_at), died_at BETWEEN unixepoch() - 5 AND unixepoch() FROM _honker_dead',
      ),
    ).toEqual([id, 'q', '7', 2, 5, 2, 2, 'max attempts exceeded', 'integer', 1]);
  });

  test('a pending job that has used up its attempts is buried, and the next one claimed', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload, attempts, run_at) VALUES ('q', '1', 3, 5)",
    );
    await db.enqueue('q', '2');
    expect((await db.claim()).map((job) => job.payload)).toEqual(['2']);
    expect(await db.column('SELECT last_error FROM _honker_dead')).toEqual([
      'max attempts exceeded',
    ]);
  });

  test('a job with max_attempts 0 never runs', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', NULL, NULL, NULL, 0, NULL)");
    expect(await db.claim()).toEqual([]);
    expect(await db.column('SELECT last_error FROM _honker_dead')).toEqual([
      'max attempts exceeded',
    ]);
  });

  test('an expired job is never claimed but moves to dead', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, 0)");
    await db.enqueue('q', '2');
    expect((await db.claim('q', 'w', 5)).map((job) => job.payload)).toEqual(['2']);
    expect(await db.column('SELECT last_error FROM _honker_dead')).toEqual(['expired']);
  });

  test('a job that expired under its lease moves to dead when the lease ends', async (db) => {
    await db.claimed();
    await db.run('UPDATE _honker_live SET expires_at = 5, claim_expires_at = 5');
    expect(await db.claim()).toEqual([]);
    expect(await db.column('SELECT last_error FROM _honker_dead')).toEqual(['expired']);
  });

  const many = (columns: string, values: string, count: number) =>
    `INSERT INTO _honker_live (queue, payload, ${columns}) SELECT 'q', '1', ${values}` +
    ` FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n)`;

  test('moves at most 1000 expired jobs a call, then goes on', async (db) => {
    await db.run(many('expires_at, run_at', '5, 5', 2500));
    const alive = await db.enqueue();
    await db.claim();
    expect(await db.value('SELECT count(*) FROM _honker_dead')).toBe(1000);
    await db.claim();
    expect(await db.value('SELECT count(*) FROM _honker_dead')).toBe(2000);
    expect((await db.claim()).map((job) => job.id)).toEqual([alive]);
    expect(await db.value('SELECT count(*) FROM _honker_dead')).toBe(2500);
  });

  test('takes at most 1000 expired leases back a call', async (db) => {
    await db.run(
      many(
        'state, worker_id, claim_expires_at, attempts, run_at',
        "'processing', 'x', 5, 1, 5",
        1500,
      ),
    );
    expect(await db.claim('q', 'w', 2)).toHaveLength(2);
    expect(await db.value("SELECT count(*) FROM _honker_live WHERE state = 'pending'")).toBe(998);
    expect(await db.value('SELECT count(*) FROM _honker_live WHERE claim_expires_at = 5')).toBe(
      500,
    );
  });

  test('more than 1000 jobs in one call', async (db) => {
    await db.run(many('run_at', 'i', 2500));
    const jobs = await db.claim('q', 'w', 2300);
    expect(jobs).toHaveLength(2300);
    expect(new Set(jobs.map((job) => job.id)).size).toBe(2300);
    expect(await db.claim('q', 'w', 100_000)).toHaveLength(200);
  });

  test('a huge n is no error', async (db) => {
    await db.enqueue();
    expect(
      await db.json("SELECT honker_claim_batch('q', 'w', 9223372036854775807, 60)"),
    ).toHaveLength(1);
  });

  test('timeout_s of 0 is a lease until the end of this second', async (db) => {
    await db.enqueue();
    const [job] = await db.claim('q', 'w', 1, 0);
    await db.expireLease(Number(job?.id));
    expect(await db.claim('q', 'w2')).toHaveLength(1);
  });

  test('the longest lease that there is', async (db) => {
    await db.enqueue();
    await db.run("SELECT honker_claim_batch('q', 'w', 1, 9223372036854775807 - unixepoch() - 5)");
    expect(await db.value("SELECT honker_queue_next_claim_at('q') > unixepoch() + 1000000")).toBe(
      1,
    );
    expect(await db.json("SELECT honker_queue_stats('q')")).toMatchObject([
      { processing: 1, ready: 0 },
    ]);
  });

  test('a batch ends early rather than grow past 16 MiB, and the rest is the next one’s', async (db) => {
    await db.run(
      "INSERT INTO _honker_live (queue, payload) SELECT 'q', '\"' || printf('%.*c', 3000000, 'x') || '\"'" +
        " FROM json_each('[1,2,3,4,5,6,7,8]')",
    );
    const count = "SELECT json_array_length(honker_claim_batch('q', 'w', 100, 60))";
    expect(await db.value(count)).toBe(6);
    expect(await db.value(count)).toBe(2);
  });

  test('rolls back with the transaction around it', async (db) => {
    await db.enqueue();
    await db.run('BEGIN');
    expect(await db.claim()).toHaveLength(1);
    await db.run('ROLLBACK');
    expect(await db.claim()).toMatchObject([{ attempts: 1 }]);
  });
}
