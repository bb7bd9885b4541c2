import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const next = (db: TestDatabase, expr: string, from: number) =>
  db.integer('SELECT honker_cron_next_after(?, ?)', expr, from);

/** The expressions that it refuses, and what the error says. */
const refused: readonly (readonly [string, string])[] = [
  ['', 'a schedule must have five or six fields or be a macro'],
  ['* * * *', 'a schedule must have five or six fields'],
  ['* * * * * * *', 'a schedule must have five or six fields'],
  ['@fortnightly', 'a schedule must have five or six fields'],
  ['60 * * * * *', 'second must be 0-59, not 60'],
  ['60 * * * *', 'minute must be 0-59, not 60'],
  ['* 24 * * *', 'hour must be 0-23, not 24'],
  ['* * 0 * *', 'day-of-month must be 1-31, not 0'],
  ['* * * 13 *', 'month must be 1-12 or JAN-DEC, not 13'],
  ['* * * * 8', 'day-of-week must be 0-7 or SUN-SAT, not 8'],
  ['* * * FOO *', 'month must be 1-12 or JAN-DEC, not FOO'],
  ['*/0 * * * *', 'minute step must be 1-60'],
  ['5-1 * * * *', 'minute range must run forwards'],
  ['1,,2 * * * *', 'minute must be 0-59, not nothing'],
  ['0 0 30 2 *', 'day-of-month must exist in one of the months'],
  ['@every 0s', '@every must be followed by a positive number'],
  ['@every 5', '@every must be followed by'],
  ['@every 5w', '@every must be followed by'],
];

/** In UTC, after Thursday, 2026-01-01 00:00:00. */
const inUtc: readonly (readonly [string, string])[] = [
  ['* * * * *', '2026-01-01T00:01:00Z'],
  ['* * * * * *', '2026-01-01T00:00:01Z'],
  ['*/15 * * * *', '2026-01-01T00:15:00Z'],
  ['30 0 3 * * *', '2026-01-01T03:00:30Z'],
  ['0 3 * * MON', '2026-01-05T03:00:00Z'],
  ['0 0 * * 7', '2026-01-04T00:00:00Z'],
  ['0 0 1,15 * *', '2026-01-15T00:00:00Z'],
  ['0 0 13 * FRI', '2026-01-02T00:00:00Z'],
  ['0 9-17/4 * JUN-AUG *', '2026-06-01T09:00:00Z'],
  ['0 0 29 2 *', '2028-02-29T00:00:00Z'],
  ['@hourly', '2026-01-01T01:00:00Z'],
  ['@daily', '2026-01-02T00:00:00Z'],
  ['@weekly', '2026-01-04T00:00:00Z'],
  ['@monthly', '2026-02-01T00:00:00Z'],
  ['@yearly', '2027-01-01T00:00:00Z'],
  ['@every 90s', '2026-01-01T00:01:30Z'],
  ['@every 2m', '2026-01-01T00:02:00Z'],
  ['@every 5h', '2026-01-01T05:00:00Z'],
  ['@every 7d', '2026-01-08T00:00:00Z'],
];

/** Across the changes of the clock: the zone, the expression, after when, and each fire. */
const acrossChanges: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'Europe/Berlin',
    '30 2 * * *',
    '2026-03-28T12:00+01:00',
    ['2026-03-29T03:00+02:00', '2026-03-30T02:30+02:00'],
  ],
  [
    'Europe/Berlin',
    '30 2 * * *',
    '2026-10-24T12:00+02:00',
    ['2026-10-25T02:30+02:00', '2026-10-26T02:30+01:00'],
  ],
  [
    'Europe/Berlin',
    '0 * * * *',
    '2026-10-25T01:00+02:00',
    ['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00', '2026-10-25T03:00+01:00'],
  ],
  [
    'America/New_York',
    '0 3 * * *',
    '2026-03-08T00:00-05:00',
    ['2026-03-08T03:00-04:00', '2026-03-09T03:00-04:00'],
  ],
  [
    'Australia/Lord_Howe',
    '15 2 * * *',
    '2026-10-03T12:00+10:30',
    ['2026-10-04T02:30+11:00', '2026-10-05T02:15+11:00'],
  ],
  [
    'Asia/Kolkata',
    '0 9 * * *',
    '2026-06-01T00:00+05:30',
    ['2026-06-01T09:00+05:30', '2026-06-02T09:00+05:30'],
  ],
];

const seconds = (time: string) => Date.parse(time) / 1000;
const iso = (at: number) => new Date(at * 1000).toISOString();

export function cron(test: ContractTest): void {
  test('an expression that is refused is told which field is wrong', async (db) => {
    for (const [expr, message] of refused) {
      await db.refused(
        'SELECT honker_cron_next_after(?, 0)',
        `honker_cron_next_after: ${message}`,
        expr,
      );
    }
  });

  test('returns an integer that is strictly greater than from', async (db) => {
    expect(
      await db.row(
        "SELECT n, typeof(n) FROM (SELECT honker_cron_next_after('@every 1s', 1000.0) AS n)",
      ),
    ).toEqual([1001, 'integer']);
    let at = seconds('2026-03-28T00:00Z');
    for (let i = 0; i < 50; i++) {
      const after = await next(db, '*/30 * * * *', at);
      expect(after).toBeGreaterThan(at);
      at = after;
    }
  });

  test('in UTC', async (db) => {
    const utc = await db.connect({ timeZone: 'UTC' });
    const from = seconds('2026-01-01T00:00:00Z');
    for (const [expr, expected] of inUtc) {
      expect(iso(await next(utc, expr, from)), expr).toBe(iso(seconds(expected)));
    }
  });

  // Windows takes no zone by its name from TZ.
  const zones = process.platform === 'win32' ? [] : acrossChanges;
  for (const [timeZone, expr, from, fires] of zones) {
    test(`${expr} in ${timeZone} after ${from}`, async (db) => {
      const there = await db.connect({ timeZone });
      let at = seconds(from);
      for (const fire of fires) {
        at = await next(there, expr, at);
        expect(iso(at)).toBe(iso(seconds(fire)));
      }
    });
  }

  test('works without a database, and writes none', async (db) => {
    const empty = await db.empty();
    expect(await next(empty, '@every 1m', 0)).toBe(60);
    expect(await empty.value('SELECT count(*) FROM sqlite_schema')).toBe(0);
  });
}
