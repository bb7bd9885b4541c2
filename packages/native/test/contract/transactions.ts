import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

const batch = "SELECT honker_enqueue_batch('q', '[1,2,3]', NULL, NULL, NULL, NULL, NULL)";

export function transactions(test: ContractTest): void {
  test('a call outside a transaction is committed when it returns', async (db) => {
    const other = await db.connect();
    await db.enqueue();
    await db.run(batch);
    expect(await other.value('SELECT count(*) FROM _honker_live')).toBe(4);
    expect(await other.claim('q', 'v', 9)).toHaveLength(4);
    expect(await db.value("SELECT honker_ack(1, 'v')")).toBe(1);
  });

  test('in a transaction, nothing is seen elsewhere before the commit, and nothing after a rollback', async (db) => {
    const other = await db.connect();
    await db.run('BEGIN IMMEDIATE');
    await db.enqueue();
    await db.run(batch);
    await db.claim('q', 'w', 2);
    expect(await other.value('SELECT count(*) FROM _honker_live')).toBe(0);
    await db.run('ROLLBACK');
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
    await db.run('BEGIN', batch, 'COMMIT');
    expect(await other.value('SELECT count(*) FROM _honker_live')).toBe(3);
  });

  test('savepoints: ROLLBACK TO undoes what came after, RELEASE keeps it', async (db) => {
    await db.run('SAVEPOINT a');
    await db.enqueue('q', '"kept"');
    await db.run('SAVEPOINT b', batch);
    await db.claim('q', 'w', 9);
    await db.run('ROLLBACK TO b', 'RELEASE b');
    await db.run(
      'SAVEPOINT c',
      "SELECT honker_enqueue('q', '\"too\"', NULL, NULL, NULL, NULL, NULL)",
      'RELEASE c',
      'RELEASE a',
    );
    expect(await db.query('SELECT payload, state FROM _honker_live ORDER BY id')).toEqual([
      ['"kept"', 'pending'],
      ['"too"', 'pending'],
    ]);
  });

  test('a savepoint of the caller called honker is left alone', async (db) => {
    await db.run('SAVEPOINT honker');
    await db.enqueue();
    await db.run(batch, 'ROLLBACK TO honker', 'RELEASE honker');
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
  });

  test('an error leaves the caller’s transaction open, and what it did before', async (db) => {
    await db.run('BEGIN', batch);
    await db.refused(
      "SELECT honker_enqueue('q', 'bad', NULL, NULL, NULL, NULL, NULL)",
      'payload must be valid JSON',
    );
    await db.run('COMMIT');
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(3);
  });

  test('a long error of the application arrives, cut between characters', async (db) => {
    for (const start of ['', 'x']) {
      await db.run(
        'DROP TRIGGER IF EXISTS refuse',
        `CREATE TRIGGER refuse BEFORE INSERT ON _honker_live BEGIN SELECT RAISE(ABORT, '${start}${'é'.repeat(300)}'); END`,
      );
      await db.refused(batch, new RegExp(`^honker_enqueue_batch: ${start}é{100,}$`));
    }
  });

  test('last_insert_rowid() stays the caller’s', async (db) => {
    await db.run('CREATE TABLE t (id INTEGER PRIMARY KEY)', 'INSERT INTO t VALUES (77)');
    await db.enqueue();
    await db.run(batch, "SELECT honker_dead_requeue(honker_fail(1, 'w', NULL))");
    await db.claim('q', 'w', 9);
    await db.run("SELECT honker_fail(1, 'w', NULL)", 'SELECT honker_dead_requeue(1)');
    expect(await db.value('SELECT last_insert_rowid()')).toBe(77);
    const both = await db.row(
      "SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL), last_insert_rowid()",
    );
    expect(both[1]).toBe(77);
  });

  test('after a schema change, a rolled-back one too, every function still works', async (db) => {
    await db.enqueue();
    await db.run('CREATE TABLE t (x)');
    await db.enqueue();
    await db.run('BEGIN', 'ALTER TABLE _honker_live ADD COLUMN extra TEXT');
    await db.enqueue();
    await db.run('ROLLBACK', 'DROP TABLE t', 'VACUUM');
    expect(await db.claim('q', 'w', 9)).toHaveLength(2);
    expect(await db.value("SELECT honker_ack_batch('[1,2]', 'w')")).toBe(2);
  });

  test('a function keeps no lock: another connection truncates the WAL', async (db) => {
    const other = await db.connect();
    await db.enqueue();
    await db.claim();
    await db.run('SELECT honker_queue_stats(NULL)');
    expect(await other.row('PRAGMA wal_checkpoint(TRUNCATE)')).toEqual([0, 0, 0]);
  });

  test('in a journal_mode other than WAL', async (db) => {
    const delta = await db.empty();
    await delta.run('PRAGMA journal_mode = DELETE', 'SELECT honker_bootstrap()', batch);
    expect(await delta.claim('q', 'w', 9)).toHaveLength(3);
    expect(await delta.value("SELECT honker_ack_batch('[1,2,3]', 'w')")).toBe(3);
  });

  test('in a database of UTF-16', async (db) => {
    const wide = await db.empty();
    await wide.run("PRAGMA encoding = 'UTF-16le'", 'SELECT honker_bootstrap()');
    await wide.enqueue('grüße', '{"a":"🎉"}');
    await wide.enqueue('grüße 2');
    expect(await wide.claim('grüße', 'wörker')).toMatchObject([
      { payload: '{"a":"🎉"}', worker_id: 'wörker' },
    ]);
    const stats = await wide.json('SELECT honker_queue_stats(NULL)');
    expect(stats.map((queue: { queue: string }) => queue.queue)).toEqual(['grüße', 'grüße 2']);
    expect(await wide.json('SELECT honker_get_job(1)')).toMatchObject({
      queue: 'grüße',
      worker_id: 'wörker',
    });
    expect(await wide.value("SELECT honker_fail(1, 'wörker', 'é')")).toBe(1);
    expect(await wide.json("SELECT honker_dead_list('grüße', NULL, 9)")).toMatchObject([
      { last_error: 'é' },
    ]);
    expect(await wide.value('SELECT honker_dead_purge(NULL, NULL)')).toBe(1);
  });
}
