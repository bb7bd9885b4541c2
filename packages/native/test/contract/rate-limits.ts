import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

/** A window so long that no test meets its end before the year 2033. */
const LONG = 1_000_000_000;

const take = (db: TestDatabase, limit: number, name = 'r', perS = LONG) =>
  db.value('SELECT honker_rate_limit_try(?, ?, ?)', name, limit, perS);

export function rateLimits(test: ContractTest): void {
  test('1 while under the limit, then 0', async (db) => {
    expect([await take(db, 3), await take(db, 3), await take(db, 3), await take(db, 3)]).toEqual([
      1, 1, 1, 0,
    ]);
    expect(await db.query('SELECT name, window_start, count FROM _honker_rate_limits')).toEqual([
      ['r', LONG, 3],
    ]);
    expect(await take(db, 4)).toBe(1);
    expect(await take(db, 1)).toBe(0);
    expect(await db.value(`SELECT typeof(honker_rate_limit_try('r', 9.0, ${LONG}.0))`)).toBe(
      'integer',
    );
  });

  test('a limit of 0 lets nobody through', async (db) => {
    expect(await take(db, 0)).toBe(0);
    expect(await db.value('SELECT count(*) FROM _honker_rate_limits')).toBe(0);
  });

  test('names are counted apart', async (db) => {
    expect(await take(db, 1, 'a')).toBe(1);
    expect(await take(db, 1, 'b')).toBe(1);
    expect(await take(db, 1, 'a')).toBe(0);
  });

  test('a window begins at a multiple of per_s, and the next one is free again', async (db) => {
    for (const perS of [7, 60, 3600, 86400]) {
      await db.run('DELETE FROM _honker_rate_limits');
      const before = await db.integer('SELECT unixepoch()');
      expect(await take(db, 1, 'r', perS)).toBe(1);
      const start = await db.integer('SELECT window_start FROM _honker_rate_limits');
      expect(start % perS).toBe(0);
      expect(start).toBeGreaterThan(before - perS);
      expect(start).toBeLessThanOrEqual(await db.integer('SELECT unixepoch()'));
    }
    // As if the window that is full were the one before.
    await db.run('DELETE FROM _honker_rate_limits');
    expect([await take(db, 1), await take(db, 1)]).toEqual([1, 0]);
    await db.query('UPDATE _honker_rate_limits SET window_start = window_start - ?', LONG);
    expect([await take(db, 1), await take(db, 1)]).toEqual([1, 0]);
    expect(
      await db.query('SELECT window_start, count FROM _honker_rate_limits ORDER BY window_start'),
    ).toEqual([
      [0, 1],
      [LONG, 1],
    ]);
  });

  test('a row of somebody else counts', async (db) => {
    await db.query("INSERT INTO _honker_rate_limits VALUES ('r', ?, 4)", LONG);
    expect([await take(db, 5), await take(db, 5)]).toEqual([1, 0]);
    await db.run("UPDATE _honker_rate_limits SET count = 'many'");
    expect(await take(db, 5)).toBe(0);
  });

  test('at the limit is answered without the write lock', async (db) => {
    await take(db, 1);
    const other = await db.connect();
    await other.run('BEGIN IMMEDIATE');
    expect(await take(db, 1)).toBe(0);
    await expect(take(db, 2)).rejects.toThrow(/^honker_rate_limit_try: database is locked/);
    await other.run('ROLLBACK');
  });

  test('what was taken is given back with a rollback', async (db) => {
    await db.run('BEGIN');
    expect(await take(db, 1)).toBe(1);
    await db.run('ROLLBACK');
    expect(await take(db, 1)).toBe(1);
  });

  test('of many that try at once, as many get through as may', async (db) => {
    const connections = [db, await db.connect(), await db.connect()];
    for (const connection of connections) await connection.run('SELECT honker_busy_timeout(10000)');
    const results: unknown[] = [];
    for (let round = 0; round < 5; round++) {
      results.push(...(await Promise.all(connections.map((connection) => take(connection, 10)))));
    }
    expect(results.filter((result) => result === 1)).toHaveLength(10);
  });

  test('sweep deletes the windows that began longer ago than that', async (db) => {
    await db.run(
      "INSERT INTO _honker_rate_limits SELECT 'r', unixepoch() - value, 1 FROM json_each('[0, 50, 100, 200]')",
    );
    const sweep = (seconds: number | bigint) =>
      db.row('SELECT n, typeof(n) FROM (SELECT honker_rate_limit_sweep(?) AS n)', seconds);
    expect(await sweep(9223372036854775807n)).toEqual([0, 'integer']);
    expect(await sweep(300)).toEqual([0, 'integer']);
    expect(await sweep(150)).toEqual([1, 'integer']);
    expect(await sweep(75)).toEqual([1, 'integer']);
    expect(await db.value('SELECT count(*) FROM _honker_rate_limits')).toBe(2);
  });
}
