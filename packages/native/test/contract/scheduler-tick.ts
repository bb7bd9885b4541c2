import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

interface Fired {
  name: string;
  queue: string;
  fire_at: number;
  job_id: number;
}

const tick = (db: TestDatabase, now: number): Promise<Fired[]> =>
  db.json('SELECT honker_scheduler_tick(?)', now);

const times = (fired: Fired[], name = 's') =>
  fired.filter((fire) => fire.name === name).map((fire) => fire.fire_at);

/** A schedule each ten seconds that is next due at 1000. */
async function dueAt1000(db: TestDatabase, ...names: string[]): Promise<void> {
  for (const name of names) {
    await db.value(
      "SELECT honker_scheduler_register(?, 'q', '@every 10s', ?, 0, NULL)",
      name,
      `"${name}"`,
    );
  }
  await db.run('UPDATE _honker_scheduler_tasks SET next_fire_at = 1000');
}

const state = (db: TestDatabase, name = 's') =>
  db.row('SELECT next_fire_at, enabled FROM _honker_scheduler_tasks WHERE name = ?', name);

export function schedulerTick(test: ContractTest): void {
  test('nothing is due a second before, one job at the boundary, and none again', async (db) => {
    await dueAt1000(db, 's');
    expect(await db.value('SELECT honker_scheduler_tick(999)')).toBe('[]');
    expect(await db.value('SELECT honker_scheduler_tick(1000)')).toBe(
      '[{"name":"s","queue":"q","fire_at":1000,"job_id":1}]',
    );
    expect(await tick(db, 1000)).toEqual([]);
    expect(await tick(db, 1009)).toEqual([]);
    expect(await state(db)).toEqual([1010, 1]);
    expect(await db.value('SELECT typeof(honker_scheduler_tick(999))')).toBe('text');
  });

  test('the job is as the schedule says, and due at once', async (db) => {
    await db.run(
      "SELECT honker_scheduler_register('s', 'q', '@every 10s', '{\"a\":1}', 7, 60, 5), honker_scheduler_register('t', 'r', '@every 10s', '2', 0, NULL)",
    );
    await tick(db, await db.integer('SELECT unixepoch() + 15'));
    expect(
      await db.query(
        'SELECT queue, payload, state, priority, attempts, max_attempts, expires_at - created_at,' +
          ' abs(run_at - unixepoch()) <= 5, abs(created_at - unixepoch()) <= 5 FROM _honker_live ORDER BY queue',
      ),
    ).toEqual([
      ['q', '{"a":1}', 'pending', 7, 0, 5, 60, 1, 1],
      ['r', '2', 'pending', 0, 0, 3, null, 1, 1],
    ]);
    expect(await db.claim()).toMatchObject([{ payload: '{"a":1}' }]);
  });

  test('what was missed is made up for, in order', async (db) => {
    await dueAt1000(db, 's');
    const fired = await tick(db, 1035);
    expect(times(fired)).toEqual([1000, 1010, 1020, 1030]);
    expect(fired.map((fire) => fire.job_id)).toEqual([1, 2, 3, 4]);
    expect(await state(db)).toEqual([1040, 1]);
  });

  for (const [boundaries, now] of [
    [63, 1629],
    [64, 1630],
    [64, 1640],
    [64, 100_005],
  ] as const) {
    test(`at ${now} a schedule since 1000 catches up by ${boundaries}, and is next due after it`, async (db) => {
      await dueAt1000(db, 's', 't');
      const fired = await tick(db, now);
      expect(times(fired, 's')).toEqual(
        Array.from({ length: boundaries }, (_, i) => 1000 + 10 * i),
      );
      expect(times(fired, 't')).toHaveLength(boundaries);
      const [next] = await state(db);
      expect(next).toBeGreaterThan(now);
      expect(next).toBeLessThanOrEqual(now + 10);
      expect(await tick(db, now)).toEqual([]);
    });
  }

  test('a paused schedule does not fire', async (db) => {
    await dueAt1000(db, 's', 't');
    await db.run("SELECT honker_scheduler_pause('s')");
    expect((await tick(db, 1000)).map((fire) => fire.name)).toEqual(['t']);
    expect(await state(db)).toEqual([1000, 0]);
  });

  for (const bad of ["'* * * * FOO'", "''", "x'ff'", '5', "'@every 0s'", "CAST(x'2a00' AS TEXT)"]) {
    test(`a row whose expression is ${bad} is paused, and stops no other`, async (db) => {
      await dueAt1000(db, 'a', 'c');
      await db.run(
        `INSERT INTO _honker_scheduler_tasks (name, queue, cron_expr, payload, next_fire_at) VALUES ('b', 'q', ${bad}, '1', 990)`,
      );
      expect((await tick(db, 1000)).map((fire) => fire.name).sort()).toEqual(['a', 'c']);
      expect(await state(db, 'b')).toEqual([990, 0]);
      expect((await tick(db, 1010)).map((fire) => fire.name).sort()).toEqual(['a', 'c']);
      await db.run("SELECT honker_scheduler_update('b', '@every 10s', NULL, NULL, NULL, 0)");
      expect(await db.value("SELECT honker_scheduler_resume('b')")).toBe(1);
    });
  }

  test('an expression that somebody updated badly is paused, and stops no other', async (db) => {
    await dueAt1000(db, 'a', 'b', 'c');
    await db.run("UPDATE _honker_scheduler_tasks SET cron_expr = '0 0 30 2 *' WHERE name = 'b'");
    expect((await tick(db, 1000)).map((fire) => fire.name)).toEqual(['a', 'c']);
    expect(await state(db, 'b')).toEqual([1000, 0]);
  });

  for (const name of ['NULL', "x'ff'", "''", "CAST(x'610062' AS TEXT)"]) {
    test(`a row whose name is ${name} fires once a boundary, as others do`, async (db) => {
      await db.run(
        `INSERT INTO _honker_scheduler_tasks (name, queue, cron_expr, payload, next_fire_at) VALUES (${name}, 'q', '@every 10s', '1', 1000)`,
      );
      expect(await tick(db, 1000)).toHaveLength(1);
      expect(await tick(db, 1000)).toEqual([]);
      expect(await db.value('SELECT next_fire_at FROM _honker_scheduler_tasks')).toBe(1010);
    });
  }

  test('rows of somebody else: REAL and text where numbers belong, odd payloads, values at the ends of 64 bits', async (db) => {
    await db.run(
      'INSERT INTO _honker_scheduler_tasks (name, queue, cron_expr, payload, priority, expires_s, next_fire_at, max_attempts) VALUES' +
        " ('a', 'q', '@every 10s', 'no JSON', 1.5, 9223372036854775807, 999.5, 'many')," +
        " ('b', 'q', '@every 10s', '1', 'high', -9223372036854775807, 1000, -1)," +
        " ('c', 'q', '@every 10s', '1', 0, 'long', 'soon', 3)," +
        " ('d', 'q', '@every 10s', '1', 0, 60, -9223372036854775808, 3)",
    );
    const fired = await tick(db, 1000);
    expect(times(fired, 'a')).toEqual([999]);
    expect(times(fired, 'b')).toEqual([1000]);
    expect(times(fired, 'c')).toEqual([]);
    expect(await tick(db, 1000)).toEqual([]);
    expect(await db.row("SELECT expires_at FROM _honker_live WHERE payload = 'no JSON'")).toEqual([
      9223372036854775807n,
    ]);
  });

  test('the longest expires_s keeps the job for good', async (db) => {
    await db.run(
      "SELECT honker_scheduler_register('s', 'q', '@every 1s', '1', 0, 9223372036854775807)",
      'SELECT honker_scheduler_tick(unixepoch() + 1)',
    );
    expect(await db.claim()).toHaveLength(1);
  });

  test('takes no write lock when nothing is due', async (db) => {
    await dueAt1000(db, 's');
    const other = await db.connect();
    await other.run('BEGIN IMMEDIATE');
    expect(await tick(db, 999)).toEqual([]);
    await expect(tick(db, 1000)).rejects.toThrow(/^honker_scheduler_tick: database is locked/);
    await other.run('ROLLBACK');
    expect(await tick(db, 1000)).toHaveLength(1);
  });

  test('in a transaction of the caller it is undone with it, and an error undoes the tick alone', async (db) => {
    await dueAt1000(db, 'a', 'b');
    await db.run('CREATE TABLE mine (x)', 'BEGIN');
    expect(await tick(db, 1000)).toHaveLength(2);
    await db.run('ROLLBACK');
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
    await db.run(
      "CREATE TRIGGER refuse BEFORE INSERT ON _honker_live WHEN new.payload = '\"b\"' BEGIN SELECT RAISE(ABORT, 'refused'); END",
    );
    await db.refused('SELECT honker_scheduler_tick(1000)', 'honker_scheduler_tick: refused');
    await db.run('BEGIN', 'INSERT INTO mine VALUES (1)');
    await db.refused('SELECT honker_scheduler_tick(1000)', 'honker_scheduler_tick: refused');
    await db.run('COMMIT');
    expect(await db.value('SELECT count(*) FROM mine')).toBe(1);
    await db.run('DROP TRIGGER refuse');
    expect(await tick(db, 1000)).toHaveLength(2);
  });

  test('in a trigger', async (db) => {
    await dueAt1000(db, 's');
    await db.run(
      'CREATE TABLE clock (now INTEGER)',
      'CREATE TRIGGER go AFTER INSERT ON clock BEGIN SELECT honker_scheduler_tick(new.now); END',
      'INSERT INTO clock VALUES (1000), (1020)',
    );
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(3);
    expect(await state(db)).toEqual([1030, 1]);
  });

  test('two that tick at once fire each boundary once', async (db) => {
    await dueAt1000(db, 'a', 'b');
    const other = await db.connect();
    await db.run('SELECT honker_busy_timeout(10000)');
    await other.run('SELECT honker_busy_timeout(10000)');
    const fired: Fired[] = [];
    for (let now = 1000; now < 1300; now += 10) {
      fired.push(...(await Promise.all([tick(db, now), tick(other, now)])).flat());
    }
    const expected = Array.from({ length: 30 }, (_, i) => 1000 + 10 * i);
    for (const name of ['a', 'b']) expect(times(fired, name)).toEqual(expected);
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(60);
  });
}
