import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

/** name → [column, type, NOT NULL, default, place in the primary key] */
const tables: Readonly<
  Record<string, readonly (readonly [string, string, number, string | null, number])[]>
> = {
  _honker_live: [
    ['id', 'INTEGER', 0, null, 1],
    ['queue', 'TEXT', 1, null, 0],
    ['payload', 'TEXT', 1, null, 0],
    ['state', 'TEXT', 1, "'pending'", 0],
    ['priority', 'INTEGER', 1, '0', 0],
    ['run_at', 'INTEGER', 1, 'unixepoch()', 0],
    ['worker_id', 'TEXT', 0, null, 0],
    ['claim_expires_at', 'INTEGER', 0, null, 0],
    ['attempts', 'INTEGER', 1, '0', 0],
    ['max_attempts', 'INTEGER', 1, '3', 0],
    ['created_at', 'INTEGER', 1, 'unixepoch()', 0],
    ['expires_at', 'INTEGER', 0, null, 0],
  ],
  _honker_dead: [
    ['id', 'INTEGER', 0, null, 1],
    ['queue', 'TEXT', 1, null, 0],
    ['payload', 'TEXT', 1, null, 0],
    ['priority', 'INTEGER', 1, '0', 0],
    ['run_at', 'INTEGER', 1, '0', 0],
    ['attempts', 'INTEGER', 1, '0', 0],
    ['max_attempts', 'INTEGER', 1, '0', 0],
    ['last_error', 'TEXT', 0, null, 0],
    ['created_at', 'INTEGER', 1, 'unixepoch()', 0],
    ['died_at', 'INTEGER', 1, 'unixepoch()', 0],
  ],
  _honker_notifications: [
    ['id', 'INTEGER', 0, null, 1],
    ['channel', 'TEXT', 1, null, 0],
    ['payload', 'TEXT', 1, null, 0],
    ['created_at', 'INTEGER', 1, 'unixepoch()', 0],
  ],
  _honker_stream: [
    ['offset', 'INTEGER', 0, null, 1],
    ['topic', 'TEXT', 1, null, 0],
    ['key', 'TEXT', 0, null, 0],
    ['payload', 'TEXT', 1, null, 0],
    ['created_at', 'INTEGER', 1, 'unixepoch()', 0],
  ],
  _honker_stream_consumers: [
    ['name', 'TEXT', 0, null, 1],
    ['topic', 'TEXT', 0, null, 2],
    ['offset', 'INTEGER', 1, '0', 0],
  ],
  _honker_scheduler_tasks: [
    ['name', 'TEXT', 0, null, 1],
    ['queue', 'TEXT', 1, null, 0],
    ['cron_expr', 'TEXT', 1, null, 0],
    ['payload', 'TEXT', 1, null, 0],
    ['priority', 'INTEGER', 1, '0', 0],
    ['expires_s', 'INTEGER', 0, null, 0],
    ['next_fire_at', 'INTEGER', 1, null, 0],
    ['enabled', 'INTEGER', 1, '1', 0],
    ['max_attempts', 'INTEGER', 1, '3', 0],
  ],
  _honker_locks: [
    ['name', 'TEXT', 0, null, 1],
    ['owner', 'TEXT', 1, null, 0],
    ['expires_at', 'INTEGER', 1, null, 0],
  ],
  _honker_rate_limits: [
    ['name', 'TEXT', 0, null, 1],
    ['window_start', 'INTEGER', 0, null, 2],
    ['count', 'INTEGER', 1, '0', 0],
  ],
  _honker_results: [
    ['job_id', 'INTEGER', 0, null, 1],
    ['value', 'TEXT', 0, null, 0],
    ['created_at', 'INTEGER', 1, 'unixepoch()', 0],
    ['expires_at', 'INTEGER', 0, null, 0],
  ],
};

const columnsOf = (table: string) =>
  `SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('${table}')`;

/** The queue's tables as another implementation of the contract makes them, with its indexes. */
const foreignSchema = [
  'CREATE TABLE _honker_live (id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, payload TEXT NOT NULL,' +
    " state TEXT NOT NULL DEFAULT 'pending', priority INTEGER NOT NULL DEFAULT 0," +
    ' run_at INTEGER NOT NULL DEFAULT (unixepoch()), worker_id TEXT, claim_expires_at INTEGER,' +
    ' attempts INTEGER NOT NULL DEFAULT 0, max_attempts INTEGER NOT NULL DEFAULT 3,' +
    ' created_at INTEGER NOT NULL DEFAULT (unixepoch()), expires_at INTEGER)',
  'CREATE INDEX _honker_live_claim ON _honker_live (queue, priority DESC, run_at, id)' +
    " WHERE state IN ('pending', 'processing')",
  'CREATE INDEX _honker_live_expires ON _honker_live (queue, expires_at) WHERE expires_at IS NOT NULL',
  "INSERT INTO _honker_live (queue, payload) VALUES ('q', '{\"old\":true}')",
];

const oldTasks =
  'CREATE TABLE _honker_scheduler_tasks (name TEXT PRIMARY KEY, queue TEXT NOT NULL, cron_expr TEXT NOT NULL,' +
  ' payload TEXT NOT NULL, priority INTEGER NOT NULL DEFAULT 0, expires_s INTEGER, next_fire_at INTEGER NOT NULL';

export function bootstrap(test: ContractTest): void {
  test('returns 1, an integer, as often as it is called', async (db) => {
    for (let i = 0; i < 2; i++) {
      expect(await db.row('SELECT b, typeof(b) FROM (SELECT honker_bootstrap() AS b)')).toEqual([
        1,
        'integer',
      ]);
    }
  });

  test('makes the tables as the contract has them', async (db) => {
    for (const [table, columns] of Object.entries(tables)) {
      expect(await db.query(columnsOf(table)), table).toEqual(columns);
    }
  });

  test('ids are never used twice', async (db) => {
    await db.enqueue();
    await db.value('SELECT honker_cancel(1)');
    expect(await db.enqueue()).toBe(2);
  });

  test('makes everything or nothing in a transaction that is rolled back', async (db) => {
    const empty = await db.empty();
    await empty.run('BEGIN', 'SELECT honker_bootstrap()', 'ROLLBACK');
    expect(await empty.value('SELECT count(*) FROM sqlite_schema')).toBe(0);
    await empty.run('BEGIN', 'SELECT honker_bootstrap()', 'COMMIT');
    expect(await empty.enqueue()).toBe(1);
  });

  test('a file whose tables and indexes another implementation made', async (db) => {
    const file = await db.empty();
    await file.run(...foreignSchema);
    const before = await file.query(
      "SELECT name, sql FROM sqlite_schema WHERE name LIKE '_honker_live%'",
    );
    await file.run('SELECT honker_bootstrap()');
    expect(
      await file.query("SELECT name, sql FROM sqlite_schema WHERE name LIKE '_honker_live%'"),
    ).toEqual(before);
    await file.enqueue('q', '"new"');
    expect((await file.claim('q', 'w', 9)).map((job) => job.payload)).toEqual([
      '{"old":true}',
      '"new"',
    ]);
    expect(await file.value("SELECT honker_ack_batch('[1,2]', 'w')")).toBe(2);
  });

  for (const [what, rest] of [
    ['neither enabled nor max_attempts', ')'],
    ['no max_attempts', ', enabled INTEGER NOT NULL DEFAULT 1)'],
  ] as const) {
    test(`migrates a _honker_scheduler_tasks that has ${what}`, async (db) => {
      const file = await db.empty();
      await file.run(
        oldTasks + rest,
        'INSERT INTO _honker_scheduler_tasks (name, queue, cron_expr, payload, next_fire_at)' +
          " VALUES ('t', 'q', '@hourly', '1', 5)",
        'SELECT honker_bootstrap()',
        'SELECT honker_bootstrap()',
      );
      expect(await file.query(columnsOf('_honker_scheduler_tasks'))).toEqual(
        tables._honker_scheduler_tasks,
      );
      expect(
        await file.row('SELECT name, enabled, max_attempts FROM _honker_scheduler_tasks'),
      ).toEqual(['t', 1, 3]);
    });
  }

  test('migrates a file that has everything else', async (db) => {
    await db.run('DROP TABLE _honker_scheduler_tasks', `${oldTasks})`, 'SELECT honker_bootstrap()');
    expect(await db.query(columnsOf('_honker_scheduler_tasks'))).toEqual(
      tables._honker_scheduler_tasks,
    );
  });

  test('makes an index that somebody dropped', async (db) => {
    await db.run('DROP INDEX _honker_ix_due');
    await expect(db.enqueue().then(() => db.claim())).rejects.toThrow(
      /no such index: _honker_ix_due \(SELECT honker_bootstrap\(\) makes/,
    );
    await db.run('SELECT honker_bootstrap()');
    expect(await db.claim()).toHaveLength(1);
  });

  test('loading writes nothing', async (db) => {
    const empty = await db.empty();
    expect(await empty.value('SELECT count(*) FROM sqlite_schema')).toBe(0);
    expect(await empty.value('PRAGMA schema_version')).toBe(0);
  });

  test('an un-bootstrapped file: the error tells what to do', async (db) => {
    const empty = await db.empty();
    for (const call of [
      "honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)",
      "honker_enqueue_batch('q', '[1]', NULL, NULL, NULL, NULL, NULL)",
      "honker_claim_batch('q', 'w', 1, 60)",
      "honker_queue_next_claim_at('q')",
      "honker_ack(1, 'w')",
      "honker_fail(1, 'w', NULL)",
      'honker_get_job(1)',
      "honker_sweep_expired('q')",
      'honker_dead_list(NULL, NULL, 1)',
      'honker_queue_stats(NULL)',
    ]) {
      const name = call.slice(0, call.indexOf('('));
      await expect(empty.query(`SELECT ${call}`), call).rejects.toThrow(
        new RegExp(
          `^${name}: no such table: .*_honker_\\w+ \\(SELECT honker_bootstrap\\(\\) makes`,
        ),
      );
    }
    await empty.run('SELECT honker_bootstrap()');
    expect(await empty.enqueue()).toBe(1);
  });

  test('a read-only database: loads, bootstraps when ready, reads, refuses to write', async (db) => {
    await db.enqueue();
    const reader = await db.connect({ readonly: true });
    expect(await reader.value('SELECT honker_bootstrap()')).toBe(1);
    expect(await reader.json('SELECT honker_get_job(1)')).toMatchObject({ id: 1 });
    expect(await reader.json("SELECT honker_queue_stats('q')")).toMatchObject([{ ready: 1 }]);
    expect(await reader.json("SELECT honker_claim_batch('other', 'w', 1, 60)")).toEqual([]);
    await expect(reader.enqueue()).rejects.toThrow(
      /honker_enqueue: attempt to write a readonly database/,
    );
    await expect(reader.claim()).rejects.toThrow(
      /honker_claim_batch: attempt to write a readonly database/,
    );
  });

  test('a read-only database that was never bootstrapped', async (db) => {
    const empty = await db.empty();
    await empty.run('CREATE TABLE t (x)');
    const reader = await db.connect({ readonly: true }, empty.path);
    await expect(reader.value('SELECT honker_bootstrap()')).rejects.toThrow(
      /honker_bootstrap: attempt to write a readonly database/,
    );
  });

  test('temporary tables of the application are in nobody’s way', async (db) => {
    await db.run('CREATE TEMP TABLE t (x)', "INSERT INTO t VALUES ('1'), ('2')");
    await db.query("SELECT honker_enqueue('q', x, NULL, NULL, NULL, NULL, NULL) FROM temp.t");
    await db.run("INSERT INTO temp.t SELECT honker_claim_batch('q', 'w', 9, 60)");
    expect(await db.value("SELECT count(*) FROM _honker_live WHERE state = 'processing'")).toBe(2);
  });

  test('two connections of one process tell the same version', async (db) => {
    const other = await db.connect();
    await db.enqueue();
    await other.enqueue();
    expect(
      await db.value(
        'SELECT honker_version() = ?',
        String(await other.value('SELECT honker_version()')),
      ),
    ).toBe(1);
    expect(await db.value('SELECT typeof(honker_version())')).toBe('text');
  });
}
