import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const save = (db: TestDatabase, id: number, value: string | null, ttlS = 60) =>
  db.value('SELECT honker_result_save(?, ?, ?)', id, value, ttlS);
const get = (db: TestDatabase, id: number) =>
  db.row('SELECT v, typeof(v) FROM (SELECT honker_result_get(?) AS v)', id);

export function results(test: ContractTest): void {
  test('a value is saved and got as it was written', async (db) => {
    expect(
      await db.row(
        'SELECT r, typeof(r) FROM (SELECT honker_result_save(7.0, \'{"sum":5}\', 60.0) AS r)',
      ),
    ).toEqual([1, 'integer']);
    expect(await get(db, 7)).toEqual(['{"sum":5}', 'text']);
    expect(await get(db, 8)).toEqual([null, 'null']);
    for (const value of ['', 'no JSON', '🎉\n \'"']) {
      await save(db, 9, value);
      expect(await get(db, 9)).toEqual([value, 'text']);
    }
    await save(db, 9, 'a\0b');
    expect(await db.value('SELECT hex(honker_result_get(9))')).toBe('610062');
    expect(
      await db.row(
        'SELECT job_id, expires_at - created_at, abs(created_at - unixepoch()) <= 5 FROM _honker_results WHERE job_id = 7',
      ),
    ).toEqual([7, 60, 1]);
  });

  test('saving again replaces value and end', async (db) => {
    await save(db, 1, '1', 60);
    await db.run('UPDATE _honker_results SET created_at = 5');
    expect(await save(db, 1, '2', 500)).toBe(1);
    expect(await db.row('SELECT value, expires_at - created_at FROM _honker_results')).toEqual([
      '2',
      500,
    ]);
    await save(db, 1, '3', 0);
    expect(await db.row('SELECT value, expires_at FROM _honker_results')).toEqual(['3', null]);
  });

  for (const ttlS of [0, -1, -9223372036854775808n]) {
    test(`a ttl_s of ${ttlS} keeps it for good`, async (db) => {
      await db.query("SELECT honker_result_save(1, '1', ?)", ttlS);
      expect(await db.value('SELECT expires_at FROM _honker_results')).toBe(null);
      expect(await db.value('SELECT honker_result_sweep()')).toBe(0);
      expect(await get(db, 1)).toEqual(['1', 'text']);
    });
  }

  test('a ttl_s beyond all time is refused', async (db) => {
    await db.refused(
      "SELECT honker_result_save(1, '1', 9223372036854775807)",
      'honker_result_save: ttl_s must be seconds from now that fit a 64-bit time',
    );
  });

  test('a result of NULL is NULL', async (db) => {
    expect(await save(db, 1, null)).toBe(1);
    expect(await get(db, 1)).toEqual([null, 'null']);
    expect(await db.value('SELECT count(*) FROM _honker_results')).toBe(1);
  });

  test('an expired result is NULL, also in the second of its end', async (db) => {
    await save(db, 1, '1');
    await db.run('UPDATE _honker_results SET expires_at = unixepoch() + 60');
    expect(await get(db, 1)).toEqual(['1', 'text']);
    await db.run('UPDATE _honker_results SET expires_at = unixepoch()');
    expect(await get(db, 1)).toEqual([null, 'null']);
    await db.run('UPDATE _honker_results SET expires_at = unixepoch() - 1');
    expect(await get(db, 1)).toEqual([null, 'null']);
  });

  test('sweep deletes what has expired, and nothing else', async (db) => {
    for (const id of [1, 2, 3, 4]) await save(db, id, '1', id === 4 ? 0 : 60);
    await db.run('UPDATE _honker_results SET expires_at = unixepoch() - job_id WHERE job_id < 3');
    expect(await db.row('SELECT n, typeof(n) FROM (SELECT honker_result_sweep() AS n)')).toEqual([
      2,
      'integer',
    ]);
    expect(await db.column('SELECT job_id FROM _honker_results')).toEqual([3, 4]);
    expect(await db.value('SELECT honker_result_sweep()')).toBe(0);
  });

  test('any 64-bit id has a result', async (db) => {
    for (const id of [0, -1, 9223372036854775807n, -9223372036854775808n]) {
      expect(await db.value("SELECT honker_result_save(?, '1', 60)", id)).toBe(1);
      expect(await db.value('SELECT honker_result_get(?)', id)).toBe('1');
    }
  });

  test('rows of somebody else are got as they are', async (db) => {
    await db.run(
      "INSERT INTO _honker_results (job_id, value) VALUES (1, 2.5), (2, x'00ff')",
      "INSERT INTO _honker_results (job_id, value, expires_at) VALUES (3, 'a', unixepoch() - 0.5), (4, 'b', unixepoch() + 100.5)",
    );
    expect(await get(db, 1)).toEqual(['2.5', 'text']);
    expect(await db.value('SELECT hex(honker_result_get(2))')).toBe('00FF');
    expect(await get(db, 3)).toEqual([null, 'null']);
    expect(await get(db, 4)).toEqual(['b', 'text']);
    expect(await db.value('SELECT honker_result_sweep()')).toBe(1);
  });

  test('a result is rolled back with its transaction, and saved by a trigger', async (db) => {
    await db.run('BEGIN');
    await save(db, 1, '1');
    await db.run('ROLLBACK');
    expect(await get(db, 1)).toEqual([null, 'null']);
    await db.run(
      'CREATE TABLE done (job INTEGER, value TEXT)',
      'CREATE TRIGGER keep AFTER INSERT ON done BEGIN SELECT honker_result_save(new.job, new.value, 60); END',
      "INSERT INTO done VALUES (1, 'a'), (2, 'b')",
    );
    expect(await get(db, 2)).toEqual(['b', 'text']);
  });
}
