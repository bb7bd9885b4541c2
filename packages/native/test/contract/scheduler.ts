import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const register = (db: TestDatabase, name = 's', expr = '@every 10s') =>
  db.value("SELECT honker_scheduler_register(?, 'q', ?, '{}', 0, NULL)", name, expr);

const task = (db: TestDatabase, columns: string, name = 's') =>
  db.row(`SELECT ${columns} FROM _honker_scheduler_tasks WHERE name = ?`, name);

const secondsToFire = (db: TestDatabase, name = 's') =>
  db.integer('SELECT next_fire_at - unixepoch() FROM _honker_scheduler_tasks WHERE name = ?', name);

export function scheduler(test: ContractTest): void {
  test('register stores every field, and the next fire is strictly after now', async (db) => {
    expect(
      await db.row(
        "SELECT r, typeof(r) FROM (SELECT honker_scheduler_register('s', 'q', '@every 10s', '{\"a\":1}', -5, 60, 7) AS r)",
      ),
    ).toEqual([1, 'integer']);
    expect(
      await task(
        db,
        'name, queue, cron_expr, payload, priority, expires_s, enabled, max_attempts, typeof(next_fire_at)',
      ),
    ).toEqual(['s', 'q', '@every 10s', '{"a":1}', -5, 60, 1, 7, 'integer']);
    expect(await secondsToFire(db)).toBeGreaterThan(0);
    expect(await secondsToFire(db)).toBeLessThanOrEqual(10);
  });

  test('register: what is NULL or left out has its default', async (db) => {
    await db.run(
      "SELECT honker_scheduler_register('a', 'q', '* * * * *', '1', NULL, NULL), honker_scheduler_register('b', 'q', '* * * * *', '1', NULL, NULL, NULL)",
    );
    for (const name of ['a', 'b']) {
      expect(await task(db, 'priority, expires_s, max_attempts', name)).toEqual([0, null, 3]);
    }
  });

  test('register again replaces everything, but a pause stays', async (db) => {
    await db.run(
      "SELECT honker_scheduler_register('s', 'q', '@every 10s', '1', 5, 60, 7)",
      "SELECT honker_scheduler_pause('s')",
      "SELECT honker_scheduler_register('s', 'r', '@every 500s', '2', NULL, NULL)",
    );
    expect(
      await task(db, 'queue, cron_expr, payload, priority, expires_s, enabled, max_attempts'),
    ).toEqual(['r', '@every 500s', '2', 0, null, 0, 3]);
    expect(await secondsToFire(db)).toBeGreaterThan(400);
    expect(await db.value('SELECT count(*) FROM _honker_scheduler_tasks')).toBe(1);
  });

  test('register refuses an expression, and names its field', async (db) => {
    await register(db);
    for (const [expr, message] of [
      ['60 * * * *', 'minute must be 0-59, not 60'],
      ['0 0 30 2 *', 'day-of-month must exist in one of the months'],
      ['@every 0s', '@every must be followed by a positive number'],
    ] as const) {
      await db.refused(
        "SELECT honker_scheduler_register('s', 'q', ?, '{}', 0, NULL)",
        `honker_scheduler_register: ${message}`,
        expr,
      );
    }
  });

  test('unregister returns how many it deleted', async (db) => {
    await register(db);
    const unregister = "SELECT n, typeof(n) FROM (SELECT honker_scheduler_unregister('s') AS n)";
    expect(await db.row(unregister)).toEqual([1, 'integer']);
    expect(await db.row(unregister)).toEqual([0, 'integer']);
    expect(await db.value('SELECT count(*) FROM _honker_scheduler_tasks')).toBe(0);
  });

  test('soonest is the earliest next fire of those that are not paused, or 0', async (db) => {
    const soonest = 'SELECT s, typeof(s) FROM (SELECT honker_scheduler_soonest() AS s)';
    expect(await db.row(soonest)).toEqual([0, 'integer']);
    for (const name of ['a', 'b', 'c']) await register(db, name);
    await db.run(
      "UPDATE _honker_scheduler_tasks SET next_fire_at = CASE name WHEN 'a' THEN 3000 WHEN 'b' THEN 1000 ELSE 2000 END",
    );
    expect(await db.row(soonest)).toEqual([1000, 'integer']);
    await db.run("SELECT honker_scheduler_pause('b')");
    expect(await db.row(soonest)).toEqual([2000, 'integer']);
    await db.run("SELECT honker_scheduler_pause('a'), honker_scheduler_pause('c')");
    expect(await db.row(soonest)).toEqual([0, 'integer']);
  });

  test('pause and resume: 1 where there is such a schedule, 0 where there is none', async (db) => {
    await register(db);
    expect(
      await db.row(
        "SELECT honker_scheduler_pause('s'), honker_scheduler_pause('s'), honker_scheduler_pause('no'), typeof(honker_scheduler_pause('s'))",
      ),
    ).toEqual([1, 1, 0, 'integer']);
    expect(await task(db, 'enabled')).toEqual([0]);
    expect(
      await db.row(
        "SELECT honker_scheduler_resume('s'), honker_scheduler_resume('s'), honker_scheduler_resume('no'), typeof(honker_scheduler_resume('s'))",
      ),
    ).toEqual([1, 1, 0, 'integer']);
    expect(await task(db, 'enabled')).toEqual([1]);
  });

  test('resume makes up for nothing, and keeps a next fire that is still to come', async (db) => {
    await register(db);
    await db.run(
      "SELECT honker_scheduler_pause('s')",
      'UPDATE _honker_scheduler_tasks SET next_fire_at = 1000',
      "SELECT honker_scheduler_resume('s')",
    );
    expect(await secondsToFire(db)).toBeGreaterThan(0);
    expect(await db.value('SELECT honker_scheduler_tick(unixepoch())')).toBe('[]');
    await db.run(
      "SELECT honker_scheduler_pause('s')",
      'UPDATE _honker_scheduler_tasks SET next_fire_at = 99999999999',
      "SELECT honker_scheduler_resume('s')",
    );
    expect(await task(db, 'next_fire_at, enabled')).toEqual([99999999999, 1]);
  });

  test('resume of one that is not paused leaves what is due to the tick', async (db) => {
    await register(db);
    await db.run(
      'UPDATE _honker_scheduler_tasks SET next_fire_at = 1000',
      "SELECT honker_scheduler_resume('s')",
    );
    expect(await task(db, 'next_fire_at')).toEqual([1000]);
  });

  test('resume of one whose expression is bad says so, and leaves it paused', async (db) => {
    await register(db);
    await db.run(
      "UPDATE _honker_scheduler_tasks SET cron_expr = '* * * * FOO', next_fire_at = 1000, enabled = 0",
    );
    await db.refused(
      "SELECT honker_scheduler_resume('s')",
      'honker_scheduler_resume: day-of-week must be 0-7 or SUN-SAT, not FOO',
    );
    await db.run('BEGIN');
    await db.refused("SELECT honker_scheduler_resume('s')", 'day-of-week');
    await db.run('COMMIT');
  });

  test('list: all columns by name, enabled a boolean', async (db) => {
    expect(await db.value('SELECT honker_scheduler_list()')).toBe('[]');
    await register(db, 'b');
    await db.run(
      "SELECT honker_scheduler_register('a', 'r', '0 3 * * MON', '{\"x\":1}', 4, 60, 5)",
    );
    await db.run(
      "SELECT honker_scheduler_pause('a')",
      'UPDATE _honker_scheduler_tasks SET next_fire_at = 1000',
    );
    expect(await db.value('SELECT honker_scheduler_list()')).toBe(
      '[{"name":"a","queue":"r","cron_expr":"0 3 * * MON","payload":"{\\"x\\":1}","priority":4,"expires_s":60,' +
        '"next_fire_at":1000,"enabled":false,"max_attempts":5},' +
        '{"name":"b","queue":"q","cron_expr":"@every 10s","payload":"{}","priority":0,"expires_s":null,' +
        '"next_fire_at":1000,"enabled":true,"max_attempts":3}]',
    );
  });

  test('every one of them is rolled back with its transaction', async (db) => {
    await register(db);
    const before = await db.value('SELECT honker_scheduler_list()');
    for (const call of [
      "honker_scheduler_register('t', 'q', '@hourly', '1', 0, NULL)",
      "honker_scheduler_unregister('s')",
      "honker_scheduler_pause('s')",
      "honker_scheduler_update('s', '@hourly', '2', 9, 9, 1, 9, 1)",
      'honker_scheduler_tick(unixepoch() + 100)',
    ]) {
      await db.run('BEGIN', `SELECT ${call}`);
      expect(await db.value('SELECT honker_scheduler_list()'), call).not.toBe(before);
      await db.run('ROLLBACK');
      expect(await db.value('SELECT honker_scheduler_list()'), call).toBe(before);
    }
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
  });
}
