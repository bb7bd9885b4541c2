import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function triggers(test: ContractTest): void {
  test('a trigger of the application enqueues', async (db) => {
    await db.run(
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT)',
      'CREATE TRIGGER confirm AFTER INSERT ON orders BEGIN' +
        " SELECT honker_enqueue('mail', json_object('order', new.id), NULL, NULL, NULL, NULL, NULL); END",
      "INSERT INTO orders (name) VALUES ('a'), ('b'), ('c')",
    );
    expect(await db.column('SELECT payload FROM _honker_live ORDER BY id')).toEqual([
      '{"order":1}',
      '{"order":2}',
      '{"order":3}',
    ]);
    expect(await db.value('SELECT last_insert_rowid()')).toBe(3);
  });

  test('what a trigger enqueued is rolled back with its statement', async (db) => {
    await db.run(
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
      'CREATE TRIGGER confirm AFTER INSERT ON orders BEGIN' +
        " SELECT honker_enqueue('mail', '1', NULL, NULL, NULL, NULL, NULL); END",
    );
    await db.refused("INSERT INTO orders (name) VALUES ('a'), (NULL)", /NOT NULL/);
    await db.run('BEGIN');
    await db.refused("INSERT INTO orders (name) VALUES ('a'), (NULL)", /NOT NULL/);
    await db.run("INSERT INTO orders (name) VALUES ('a')", 'ROLLBACK');
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
  });

  test('an error of ours in a trigger undoes the statement that fired it', async (db) => {
    await db.run(
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, payload)',
      'CREATE TRIGGER confirm AFTER INSERT ON orders BEGIN' +
        " SELECT honker_enqueue('mail', new.payload, NULL, NULL, NULL, NULL, NULL); END",
    );
    await db.refused(
      "INSERT INTO orders (payload) VALUES ('1'), ('bad')",
      'honker_enqueue: payload must be valid JSON',
    );
    expect(await db.value('SELECT count(*) FROM orders')).toBe(0);
  });

  const echo =
    "CREATE TRIGGER echo AFTER INSERT ON _honker_live WHEN new.queue = 'q' BEGIN" +
    " SELECT honker_enqueue('copy', new.payload, NULL, NULL, NULL, NULL, NULL); END";

  test('a trigger of _honker_live enqueues during an enqueue, and the id is still the first one’s', async (db) => {
    await db.run(echo);
    expect(await db.enqueue('q', '"a"')).toBe(1);
    expect(await db.enqueue('q', '"b"')).toBe(3);
    expect(await db.query('SELECT queue, payload FROM _honker_live ORDER BY id')).toEqual([
      ['q', '"a"'],
      ['copy', '"a"'],
      ['q', '"b"'],
      ['copy', '"b"'],
    ]);
  });

  test('a trigger of _honker_live enqueues during a batch', async (db) => {
    await db.run(echo);
    const ids = await db.json(
      "SELECT honker_enqueue_batch('q', '[1,2,3]', NULL, NULL, NULL, NULL, NULL)",
    );
    expect(ids).toEqual([1, 3, 5]);
    for (const [i, id] of ids.entries()) {
      expect(await db.row('SELECT queue, payload FROM _honker_live WHERE id = ?', id)).toEqual([
        'q',
        String(i + 1),
      ]);
    }
  });

  test('a trigger of _honker_live enqueues a batch during a batch', async (db) => {
    await db.run(
      "CREATE TRIGGER echo AFTER INSERT ON _honker_live WHEN new.queue = 'q' BEGIN" +
        " SELECT honker_enqueue_batch('copy', json_array(new.id, -new.id), NULL, NULL, NULL, NULL, NULL); END",
    );
    expect(
      await db.json("SELECT honker_enqueue_batch('q', '[1,2]', NULL, NULL, NULL, NULL, NULL)"),
    ).toEqual([1, 4]);
    expect(await db.column("SELECT payload FROM _honker_live WHERE queue = 'copy'")).toEqual([
      '1',
      '-1',
      '4',
      '-4',
    ]);
  });

  test('a trigger that enqueues into its own queue, level by level', async (db) => {
    await db.run(
      'CREATE TRIGGER down AFTER INSERT ON _honker_live WHEN CAST(new.payload AS INTEGER) > 0 BEGIN' +
        " SELECT honker_enqueue('q', CAST(CAST(new.payload AS INTEGER) - 1 AS TEXT), NULL, NULL, NULL, NULL, NULL); END",
    );
    expect(await db.enqueue('q', '20')).toBe(1);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(21);
  });

  test('a claim made in a trigger', async (db) => {
    await db.run(
      'CREATE TABLE wishes (worker TEXT)',
      'CREATE TABLE granted (jobs TEXT)',
      'CREATE TRIGGER grant_wish AFTER INSERT ON wishes BEGIN' +
        " INSERT INTO granted VALUES (honker_claim_batch('q', new.worker, 2, 60)); END",
    );
    await db.json("SELECT honker_enqueue_batch('q', '[1,2,3]', NULL, NULL, NULL, NULL, NULL)");
    await db.run(
      "INSERT INTO wishes VALUES ('a')",
      'BEGIN',
      "INSERT INTO wishes VALUES ('b')",
      'COMMIT',
    );
    const granted = await db.column('SELECT jobs FROM granted ORDER BY rowid');
    expect(
      granted.map((jobs) => JSON.parse(String(jobs)).map((job: { id: number }) => job.id)),
    ).toEqual([[1, 2], [3]]);
    expect(await db.column('SELECT worker_id FROM _honker_live ORDER BY id')).toEqual([
      'a',
      'a',
      'b',
    ]);
  });

  test('every function of several statements, in a trigger', async (db) => {
    await db.json("SELECT honker_enqueue_batch('q', '[1,2,3,4,5,6]', 5, NULL, NULL, NULL, NULL)");
    await db.claim('q', 'w', 5);
    await db.run(
      'CREATE TABLE go (x)',
      'CREATE TRIGGER all_of_them AFTER INSERT ON go BEGIN' +
        " SELECT honker_fail(1, 'w', 'e'), honker_retry(2, 'w', 0, 'e'), honker_ack_batch('[3]', 'w')," +
        " honker_release_claims('[4,1]', 'w'), honker_dead_requeue(1), honker_sweep_expired('q')," +
        ' honker_dead_purge(NULL, 5); END',
      'INSERT INTO go VALUES (1)',
    );
    expect(await db.query('SELECT id, state FROM _honker_live ORDER BY id')).toEqual([
      [2, 'pending'],
      [4, 'pending'],
      [5, 'processing'],
      [6, 'pending'],
      [7, 'pending'],
    ]);
  });

  test('in INSERT … SELECT and UPDATE', async (db) => {
    await db.run(
      'CREATE TABLE log (job INTEGER)',
      "INSERT INTO log SELECT honker_enqueue('q', json(value), NULL, NULL, NULL, NULL, NULL) FROM json_each('[1,2,3]')",
      "UPDATE log SET job = honker_enqueue('q', '9', NULL, NULL, NULL, NULL, NULL) WHERE job = 2",
    );
    expect(await db.column('SELECT job FROM log ORDER BY rowid')).toEqual([1, 4, 3]);
    expect(await db.value('SELECT last_insert_rowid()')).toBe(3); // log's own
  });

  test('a claim inside INSERT … SELECT', async (db) => {
    await db.json("SELECT honker_enqueue_batch('q', '[1,2,3]', NULL, NULL, NULL, NULL, NULL)");
    await db.run(
      'CREATE TABLE log (jobs TEXT)',
      "INSERT INTO log SELECT honker_claim_batch('q', 'w', 2, 60)",
    );
    expect(await db.value("SELECT count(*) FROM _honker_live WHERE state = 'processing'")).toBe(2);
    expect(await db.value('SELECT json_array_length(jobs) FROM log')).toBe(2);
  });
}
