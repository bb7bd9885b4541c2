import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const bury = (db: TestDatabase) =>
  db.run(
    'INSERT INTO _honker_dead (id, queue, payload, priority, run_at, attempts, max_attempts, last_error, died_at)' +
      " VALUES (3, 'a', '1', 5, 5, 3, 3, 'boom', unixepoch() - 100)," +
      " (7, 'b', '2', 0, 5, 1, 3, NULL, unixepoch() - 10), (9, 'a', '3', 0, 5, 1, 0, 'x', unixepoch())",
  );

export function dead(test: ContractTest): void {
  test('list: every column, by id, after an id, at most so many', async (db) => {
    await bury(db);
    const list = async (args: string) =>
      (await db.json(`SELECT honker_dead_list(${args})`)).map((job: { id: number }) => job.id);
    expect(await list("'a', 0, 10")).toEqual([3, 9]);
    expect(await list('NULL, 0, 10')).toEqual([3, 7, 9]);
    expect(await list('NULL, NULL, 10')).toEqual([3, 7, 9]);
    expect(await list('NULL, 3, 1')).toEqual([7]);
    expect(await list("'a', 3, 10")).toEqual([9]);
    expect(await list("'a', 9, 10")).toEqual([]);
    expect(await list('NULL, 0, 0')).toEqual([]);
    expect(await list("'nobody', 0, 10")).toEqual([]);
    const [job] = await db.json("SELECT honker_dead_list('a', 0, 1)");
    expect(Object.keys(job)).toEqual(
      await db.column("SELECT name FROM pragma_table_info('_honker_dead')"),
    );
    expect(job).toMatchObject({
      id: 3,
      queue: 'a',
      payload: '1',
      priority: 5,
      attempts: 3,
      last_error: 'boom',
    });
  });

  test('requeue moves a job back with a new id and attempts at 0', async (db) => {
    await bury(db);
    const id = await db.value('SELECT honker_dead_requeue(3)');
    expect(typeof id).toBe('number');
    expect(await db.column('SELECT id FROM _honker_dead ORDER BY id')).toEqual([7, 9]);
    expect(
      await db.row(
        'SELECT id, queue, payload, state, priority, attempts, max_attempts, expires_at,' +
          ' run_at BETWEEN unixepoch() - 5 AND unixepoch() FROM _honker_live',
      ),
    ).toEqual([id, 'a', '1', 'pending', 5, 0, 3, null, 1]);
    expect(await db.claim('a')).toMatchObject([{ id, attempts: 1 }]);
  });

  test('requeue of a job without max_attempts gives it the default, so that it runs', async (db) => {
    await bury(db);
    await db.value('SELECT honker_dead_requeue(9)');
    expect(await db.value('SELECT max_attempts FROM _honker_live')).toBe(3);
  });

  test('requeue returns 0, an integer, for an id that is nobody’s', async (db) => {
    expect(await db.row('SELECT r, typeof(r) FROM (SELECT honker_dead_requeue(99) AS r)')).toEqual([
      0,
      'integer',
    ]);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
  });

  test('requeue is one move or none', async (db) => {
    await bury(db);
    await db.run(
      "CREATE TRIGGER refuse BEFORE DELETE ON _honker_dead BEGIN SELECT RAISE(ABORT, 'stays'); END",
    );
    await db.refused('SELECT honker_dead_requeue(3)', 'honker_dead_requeue: stays');
  });

  test('purge: of one queue or all, older than, counted', async (db) => {
    await bury(db);
    expect(await db.value("SELECT honker_dead_purge('b', 60)")).toBe(0);
    expect(
      await db.row("SELECT p, typeof(p) FROM (SELECT honker_dead_purge('a', 60) AS p)"),
    ).toEqual([1, 'integer']);
    expect(await db.column('SELECT id FROM _honker_dead ORDER BY id')).toEqual([7, 9]);
    expect(await db.value('SELECT honker_dead_purge(NULL, 5)')).toBe(1);
    expect(await db.value('SELECT honker_dead_purge(NULL, NULL)')).toBe(1);
    expect(await db.value('SELECT honker_dead_purge(NULL, 9223372036854775807)')).toBe(0);
  });
}
