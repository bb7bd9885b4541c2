import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import { functions } from './function-arguments.js';

/** Those that need no table of honker's. */
const withoutTables = [
  'notify',
  'honker_cron_next_after',
  'honker_busy_timeout',
  'honker_busy_limit',
  'honker_wal_autocheckpoint',
  'honker_clock_shift',
];

/** A call of each function with its sound arguments. */
const calls = Object.entries(functions).map(([name, parameters]) => ({
  name,
  call: `${name}(${parameters.map(([, , sound]) => sound).join(', ')})`,
}));

/** What holds of each function, whatever it does. */
export function everyFunction(test: ContractTest): void {
  test('where there are no tables, it says what makes them', async (db) => {
    const empty = await db.empty();
    for (const { name, call } of calls) {
      if (withoutTables.includes(name)) continue;
      await expect(empty.query(`SELECT ${call}`), call).rejects.toThrow(
        new RegExp(
          `^${name}: no such table: _honker_\\w+ \\(SELECT honker_bootstrap\\(\\) makes honker's tables and indexes\\)$`,
        ),
      );
    }
    for (const name of [
      'honker_notifications_last',
      'honker_scheduler_list',
      'honker_scheduler_soonest',
      'honker_result_sweep',
    ]) {
      await expect(empty.query(`SELECT ${name}()`)).rejects.toThrow(`${name}: no such table`);
    }
    expect(await empty.value('SELECT count(*) FROM sqlite_schema')).toBe(0);
  });

  test('it keeps no lock: another connection truncates the WAL after each', async (db) => {
    const other = await db.connect();
    await db.claimed();
    for (const { call } of calls) {
      await db.run(`SELECT ${call}`);
      expect(await other.row('PRAGMA wal_checkpoint(TRUNCATE)'), call).toEqual([0, 0, 0]);
    }
  });

  test('in a transaction, what it did is rolled back, and last_insert_rowid() stays', async (db) => {
    await db.run('CREATE TABLE mine (id INTEGER PRIMARY KEY)', 'INSERT INTO mine VALUES (77)');
    await db.claimed();
    const before = await db.everyRow();
    await db.run('BEGIN');
    for (const { call } of calls) {
      await db.run(`SELECT ${call}`);
      expect(await db.value('SELECT last_insert_rowid()'), call).toBe(77);
    }
    expect(await db.everyRow()).not.toEqual(before);
    await db.run('ROLLBACK');
    expect(await db.everyRow()).toEqual(before);
  });

  test('in a database of UTF-16', async (db) => {
    const wide = await db.empty();
    await wide.run("PRAGMA encoding = 'UTF-16le'", 'SELECT honker_bootstrap()');
    for (const { call } of calls) await wide.run(`SELECT ${call}`);
    await wide.run(
      "SELECT honker_stream_publish('größe', 'ключ', '\"🎉\"'), honker_stream_publish('größe 2', NULL, '1')",
      "SELECT honker_stream_save_offset('читатель', 'größe', 1)",
      "SELECT honker_scheduler_register('ночь', 'größe', '@every 10s', '\"🎉\"', 0, NULL)",
      'UPDATE _honker_scheduler_tasks SET next_fire_at = 1000',
    );
    expect(await wide.json("SELECT honker_stream_read_since('größe', 0, 9)")).toMatchObject([
      { topic: 'größe', key: 'ключ', payload: '"🎉"' },
    ]);
    expect(await wide.json('SELECT honker_stream_stats(NULL)')).toMatchObject([
      { topic: 'größe', consumers: [{ name: 'читатель' }] },
      { topic: 'größe 2' },
      { topic: 't' },
    ]);
    expect(await wide.json('SELECT honker_scheduler_tick(1000)')).toMatchObject([
      { name: 'ночь', queue: 'größe' },
    ]);
    expect(await wide.claim('größe')).toMatchObject([{ payload: '"🎉"' }]);
    for (const owner of ['ä', 'ä', 'ö']) {
      expect(await wide.value("SELECT honker_lock_acquire('schloß', ?, 60)", owner)).toBe(
        owner === 'ä' ? 1 : 0,
      );
    }
    await wide.run('SELECT honker_result_save(9, \'"🎉"\', 60)');
    expect(await wide.value('SELECT honker_result_get(9)')).toBe('"🎉"');
  });
}
