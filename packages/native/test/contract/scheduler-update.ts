import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const columns = 'cron_expr, payload, priority, expires_s, max_attempts, next_fire_at';
const initial = ['@every 10s', '1', 5, 60, 7, 1000];

const task = (db: TestDatabase) => db.row(`SELECT ${columns} FROM _honker_scheduler_tasks`);

const registered = (db: TestDatabase) =>
  db.run(
    "SELECT honker_scheduler_register('s', 'q', '@every 10s', '1', 5, 60, 7)",
    'UPDATE _honker_scheduler_tasks SET next_fire_at = 1000',
  );

/** The arguments after the name, and what is then stored instead of the initial values. */
const updates: readonly (readonly [string, Readonly<Record<number, string | number | null>>])[] = [
  ['NULL, NULL, NULL, NULL, 0', {}],
  ['NULL, NULL, NULL, NULL, NULL', {}],
  ["NULL, '2', NULL, NULL, 0", { 1: '2' }],
  ['NULL, NULL, 0, NULL, 0', { 2: 0 }],
  ['NULL, NULL, NULL, 9, 1', { 3: 9 }],
  ['NULL, NULL, NULL, NULL, 1', { 3: null }],
  ['NULL, NULL, NULL, 9, 0', {}],
  ['NULL, NULL, NULL, 0, 1', { 3: 0 }],
  ['NULL, NULL, NULL, NULL, 0, 9, 1', { 4: 9 }],
  ['NULL, NULL, NULL, NULL, 0, 9, 0', {}],
  ['NULL, NULL, NULL, NULL, 0, NULL, 1', { 4: 3 }],
  ['NULL, NULL, NULL, NULL, 0, NULL, NULL', {}],
  ['NULL, NULL, -2.0, 9.0, 1.0, 0.0, 1.0', { 2: -2, 3: 9, 4: 0 }],
];

export function schedulerUpdate(test: ContractTest): void {
  for (const [args, changes] of updates) {
    test(`update ${args}`, async (db) => {
      await registered(db);
      expect(
        await db.row(
          `SELECT r, typeof(r) FROM (SELECT honker_scheduler_update('s', ${args}) AS r)`,
        ),
      ).toEqual([1, 'integer']);
      expect(await task(db)).toEqual(
        initial.map((value, i) => (i in changes ? changes[i] : value)),
      );
    });
  }

  test('a new expression sets the next fire, strictly after now', async (db) => {
    await registered(db);
    await db.run("SELECT honker_scheduler_update('s', '@every 500s', NULL, NULL, NULL, 0)");
    expect(
      await db.row(
        'SELECT cron_expr, next_fire_at - unixepoch() BETWEEN 400 AND 500 FROM _honker_scheduler_tasks',
      ),
    ).toEqual(['@every 500s', 1]);
  });

  test('a paused schedule stays paused, and none is made', async (db) => {
    await registered(db);
    await db.run(
      "SELECT honker_scheduler_pause('s')",
      "SELECT honker_scheduler_update('s', '@hourly', NULL, NULL, NULL, 0)",
    );
    expect(await db.value('SELECT enabled FROM _honker_scheduler_tasks')).toBe(0);
    expect(
      await db.row(
        "SELECT honker_scheduler_update('no', '@hourly', '1', 1, 1, 1), (SELECT count(*) FROM _honker_scheduler_tasks)",
      ),
    ).toEqual([0, 1]);
  });

  test('all fields or none: one that is wrong changes nothing', async (db) => {
    await registered(db);
    for (const [args, message] of [
      ["'bad', '2', 1, 1, 1, 1, 1", 'a schedule must have five or six fields'],
      ["'0 0 31 4 *', '2', 1, 1, 1, 1, 1", 'day-of-month must exist'],
      ["'@hourly', 'bad', 1, 1, 1, 1, 1", 'payload must be valid JSON'],
      ["'@hourly', '2', 1.5, 1, 1, 1, 1", 'priority must be a whole number'],
      ["'@hourly', '2', 1, -1, 1, 1, 1", 'expires_s must not be negative'],
      ["'@hourly', '2', 1, 1, 2, 1, 1", 'touch_expires must be 0 or 1, not 2'],
      ["'@hourly', '2', 1, 1, 1, -1, 1", 'max_attempts must not be negative'],
      ["'@hourly', '2', 1, 1, 1, 1, -1", 'touch_max_attempts must be 0 or 1, not -1'],
    ] as const) {
      await db.refused(
        `SELECT honker_scheduler_update('s', ${args})`,
        `honker_scheduler_update: ${message}`,
      );
    }
    await db.run(
      "CREATE TRIGGER keep BEFORE UPDATE OF max_attempts ON _honker_scheduler_tasks BEGIN SELECT RAISE(ABORT, 'kept'); END",
    );
    await db.refused("SELECT honker_scheduler_update('s', '@hourly', '2', 1, 1, 1, 1, 1)", 'kept');
    expect(await task(db)).toEqual(initial);
  });
}
