import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const acquire = (db: TestDatabase, owner: string, ttlS = 60) =>
  db.value("SELECT honker_lock_acquire('l', ?, ?)", owner, ttlS);
const renew = (db: TestDatabase, owner: string, ttlS = 60) =>
  db.value("SELECT honker_lock_renew('l', ?, ?)", owner, ttlS);
const release = (db: TestDatabase, owner: string) =>
  db.value("SELECT honker_lock_release('l', ?)", owner);

const left = (db: TestDatabase) => db.integer('SELECT expires_at - unixepoch() FROM _honker_locks');
const setLeft = (db: TestDatabase, seconds: number) =>
  db.query('UPDATE _honker_locks SET expires_at = unixepoch() + ?', seconds);

export function locks(test: ContractTest): void {
  test('one owner has a lock until it is released', async (db) => {
    expect(await acquire(db, 'a')).toBe(1);
    expect(await acquire(db, 'b')).toBe(0);
    expect(await db.row('SELECT name, owner FROM _honker_locks')).toEqual(['l', 'a']);
    expect(await left(db)).toBeGreaterThan(55);
    expect(await left(db)).toBeLessThanOrEqual(60);
    expect(await release(db, 'b')).toBe(0);
    expect(await release(db, 'a')).toBe(1);
    expect(await release(db, 'a')).toBe(0);
    expect(await acquire(db, 'b')).toBe(1);
  });

  test('get tells who holds a lock until when, or nothing', async (db) => {
    const get = () => db.value("SELECT honker_lock_get('l')");
    expect(await get()).toBe('');
    await acquire(db, 'a');
    expect(JSON.parse(String(await get()))).toEqual({
      name: 'l',
      owner: 'a',
      expires_at: await db.integer('SELECT expires_at FROM _honker_locks'),
    });
    await setLeft(db, -1);
    expect(await get()).toBe('');
    await acquire(db, 'b');
    expect(JSON.parse(String(await get())).owner).toBe('b');
    await release(db, 'b');
    expect(await get()).toBe('');
  });

  test('each returns an integer', async (db) => {
    for (const call of ["acquire('l', 'a', 60.0)", "renew('l', 'a', 60.0)", "release('l', 'a')"]) {
      expect(await db.row(`SELECT r, typeof(r) FROM (SELECT honker_lock_${call} AS r)`)).toEqual([
        1,
        'integer',
      ]);
    }
  });

  test('acquiring a lock that one has already doesn’t move its end', async (db) => {
    await acquire(db, 'a', 1000);
    expect(await acquire(db, 'a', 5)).toBe(1);
    expect(await left(db)).toBeGreaterThan(900);
    await setLeft(db, 100);
    expect(await acquire(db, 'a', 1000)).toBe(1);
    expect(await left(db)).toBeLessThanOrEqual(100);
  });

  test('an expired lock is free, for its last owner too', async (db) => {
    await acquire(db, 'a');
    await setLeft(db, -1);
    expect(await acquire(db, 'b', 100)).toBe(1);
    expect(await acquire(db, 'a')).toBe(0);
    await setLeft(db, -1);
    expect(await acquire(db, 'b', 500)).toBe(1);
    expect(await left(db)).toBeGreaterThan(400);
  });

  test('a lock is held up to and with the second of its end', async (db) => {
    await acquire(db, 'a');
    await db.run('UPDATE _honker_locks SET expires_at = unixepoch() + 60');
    expect(await acquire(db, 'b')).toBe(0);
    // In one statement, nearly always within one second. The end is read before somebody else could set it.
    const [held, end, now] = await db.row(
      "WITH set_end AS MATERIALIZED (SELECT honker_lock_renew('l', 'a', 0) AS r, (SELECT expires_at FROM _honker_locks) AS e)" +
        " SELECT r AND NOT honker_lock_acquire('l', 'b', 60), e, unixepoch() FROM set_end",
    );
    expect(held === 1 || Number(now) > Number(end)).toBe(true);
  });

  test('renew moves the end for the holder alone', async (db) => {
    expect(await renew(db, 'a')).toBe(0);
    await acquire(db, 'a', 10);
    expect(await renew(db, 'b', 1000)).toBe(0);
    expect(await left(db)).toBeLessThanOrEqual(10);
    expect(await renew(db, 'a', 1000)).toBe(1);
    expect(await left(db)).toBeGreaterThan(900);
    expect(await renew(db, 'a', 20)).toBe(1);
    expect(await left(db)).toBeLessThanOrEqual(20);
  });

  test('renew never revives an expired lock', async (db) => {
    await acquire(db, 'a');
    await setLeft(db, -1);
    expect(await renew(db, 'a')).toBe(0);
    expect(await left(db)).toBeLessThan(0);
  });

  test('locks of other names are others', async (db) => {
    await acquire(db, 'a');
    expect(await db.value("SELECT honker_lock_acquire('m', 'b', 60)")).toBe(1);
    expect(await db.value("SELECT honker_lock_acquire('L', 'b', 60)")).toBe(1);
    expect(await db.value("SELECT honker_lock_release('m', 'a')")).toBe(0);
  });

  test('an owner is compared whole', async (db) => {
    await acquire(db, 'ab');
    expect(await acquire(db, 'a')).toBe(0);
    expect(await acquire(db, 'abc')).toBe(0);
    expect(await acquire(db, 'aB')).toBe(0);
  });

  test('a lock that is held is answered without the write lock', async (db) => {
    await acquire(db, 'a');
    const other = await db.connect();
    await other.run('BEGIN IMMEDIATE');
    expect(await acquire(db, 'a')).toBe(1);
    expect(await acquire(db, 'b')).toBe(0);
    await expect(db.query("SELECT honker_lock_acquire('m', 'a', 60)")).rejects.toThrow('locked');
    await other.run('ROLLBACK');
  });

  test('a lock of a transaction is rolled back with it', async (db) => {
    await db.run('BEGIN');
    await acquire(db, 'a');
    await db.run('ROLLBACK');
    expect(await acquire(db, 'b')).toBe(1);
    await db.run('BEGIN');
    await release(db, 'b');
    await db.run('ROLLBACK');
    expect(await acquire(db, 'a')).toBe(0);
  });

  test('of many that try at once, one gets it', async (db) => {
    const others = [db, await db.connect(), await db.connect()];
    for (const other of others) await other.run('SELECT honker_busy_timeout(10000)');
    for (let round = 0; round < 10; round++) {
      const got = await Promise.all(others.map((other, i) => acquire(other, `owner-${i}`)));
      expect(got.filter((result) => result === 1)).toHaveLength(1);
      await release(db, `owner-${got.indexOf(1)}`);
    }
  });
}
