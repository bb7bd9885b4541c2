import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const notify = (db: TestDatabase, channel = 'c', payload = '1') =>
  db.value('SELECT notify(?, ?)', channel, payload);

const ids = async (db: TestDatabase, after = 0, limit = 100) =>
  (await db.json('SELECT honker_notifications_since(?, ?)', after, limit)).map(
    (notification: { id: number }) => notification.id,
  );

export function notifications(test: ContractTest): void {
  test('last is the newest id, or 0', async (db) => {
    expect(await db.value('SELECT honker_notifications_last()')).toBe(0);
    for (const id of [1, 2]) {
      await db.run("SELECT notify('a', '1')");
      expect(await db.value('SELECT honker_notifications_last()')).toBe(id);
    }
  });

  test('notify returns the id, an integer', async (db) => {
    expect(await db.row("SELECT n, typeof(n) FROM (SELECT notify('c', '1') AS n)")).toEqual([
      1,
      'integer',
    ]);
    expect(await notify(db)).toBe(2);
  });

  test('notify makes its table in a database that was never bootstrapped', async (db) => {
    const empty = await db.empty();
    expect(await notify(empty, 'c', '"a"')).toBe(1);
    expect(await notify(empty, 'c', '"b"')).toBe(2);
    expect(await empty.column('SELECT payload FROM _honker_notifications ORDER BY id')).toEqual([
      '"a"',
      '"b"',
    ]);
    expect(await empty.value('SELECT honker_bootstrap()')).toBe(1);
  });

  test('a wrong argument makes no table', async (db) => {
    const empty = await db.empty();
    await expect(empty.query("SELECT notify('c', 'bad')")).rejects.toThrow(
      'notify: payload must be valid JSON',
    );
    expect(await empty.value('SELECT count(*) FROM sqlite_schema')).toBe(0);
  });

  test('notify in a transaction that is rolled back leaves neither row nor table', async (db) => {
    const empty = await db.empty();
    await empty.run('CREATE TABLE mine (x)', 'BEGIN', 'INSERT INTO mine VALUES (1)');
    expect(await notify(empty)).toBe(1);
    expect(await ids(empty)).toEqual([1]);
    await empty.run('ROLLBACK');
    expect(await empty.column('SELECT name FROM sqlite_schema')).toEqual(['mine']);
    expect(await notify(empty)).toBe(1);
    await empty.run('BEGIN');
    expect(await notify(empty)).toBe(2);
    await empty.run('ROLLBACK');
    expect(await ids(empty)).toEqual([1]);
  });

  test('notify in a trigger, also where there is no table yet', async (db) => {
    for (const at of [db, await db.empty()]) {
      await at.run(
        'CREATE TABLE orders (id INTEGER PRIMARY KEY)',
        "CREATE TRIGGER tell AFTER INSERT ON orders BEGIN SELECT notify('orders', json_object('id', new.id)); END",
        'INSERT INTO orders VALUES (7), (8)',
      );
      expect(await at.json('SELECT honker_notifications_since(0, 9)')).toMatchObject([
        { channel: 'orders', payload: '{"id":7}' },
        { channel: 'orders', payload: '{"id":8}' },
      ]);
      expect(await at.value('SELECT last_insert_rowid()')).toBe(8);
    }
  });

  test('on a read-only connection, notify says so', async (db) => {
    const reader = await db.connect({ readonly: true });
    await expect(notify(reader)).rejects.toThrow(/^notify: .*readonly/);
    expect(await ids(reader)).toEqual([]);
  });

  test('notifications_since returns those of all channels after an id, in order, up to the limit', async (db) => {
    for (const channel of ['a', 'b', 'a', 'c']) await notify(db, channel, `"${channel}"`);
    const all = await db.json('SELECT honker_notifications_since(0, 100)');
    expect(Object.keys(all[0])).toEqual(['id', 'channel', 'payload', 'created_at']);
    expect(all.map((n: { channel: string }) => n.channel).join('')).toBe('abac');
    expect(all[1]).toMatchObject({ id: 2, channel: 'b', payload: '"b"' });
    expect(all[1].created_at).toBe(
      await db.value('SELECT created_at FROM _honker_notifications WHERE id = 2'),
    );
    expect(await ids(db, 2)).toEqual([3, 4]);
    expect(await ids(db, 1, 2)).toEqual([2, 3]);
    expect(await ids(db, 4)).toEqual([]);
    expect(await ids(db, 0, 0)).toEqual([]);
    expect(await ids(db, -9, 1)).toEqual([1]);
    expect(await db.value('SELECT typeof(honker_notifications_since(9, 9))')).toBe('text');
  });

  /** Five of them, of 100, 80, 60, 40 and 20 seconds ago. */
  const aged = (db: TestDatabase) =>
    db.run(
      "INSERT INTO _honker_notifications (channel, payload, created_at) SELECT 'c', '1', unixepoch() - 120 + 20 * value" +
        " FROM json_each('[1,2,3,4,5]')",
    );

  for (const [olderThan, keep, left] of [
    ['50', 'NULL', [4, 5]],
    ['NULL', '2', [4, 5]],
    ['NULL', '5', [1, 2, 3, 4, 5]],
    ['NULL', '9', [1, 2, 3, 4, 5]],
    ['NULL', '0', []],
    ['0', 'NULL', []],
    ['1000', 'NULL', [1, 2, 3, 4, 5]],
    ['70', '1', [5]],
    ['30', '4', [5]],
    ['NULL', 'NULL', [1, 2, 3, 4, 5]],
    ['9223372036854775807', 'NULL', [1, 2, 3, 4, 5]],
    ['NULL', '9223372036854775807', [1, 2, 3, 4, 5]],
  ] as const) {
    test(`prune older than ${olderThan} s, keeping at most ${keep}, leaves ${left.length} of 5`, async (db) => {
      await aged(db);
      expect(
        await db.row(
          `SELECT n, typeof(n) FROM (SELECT honker_notifications_prune(${olderThan}, ${keep}) AS n)`,
        ),
      ).toEqual([5 - left.length, 'integer']);
      expect(await ids(db)).toEqual(left);
    });
  }

  test('an id is never used again after a prune', async (db) => {
    await aged(db);
    await db.run('SELECT honker_notifications_prune(0, 0)');
    expect(await notify(db)).toBe(6);
  });

  test('prune is all or nothing, and rolled back with its transaction', async (db) => {
    await aged(db);
    await db.run('BEGIN');
    expect(await db.value('SELECT honker_notifications_prune(NULL, 1)')).toBe(4);
    await db.run('ROLLBACK');
    await db.run(
      "CREATE TRIGGER keep BEFORE DELETE ON _honker_notifications WHEN old.id = 3 BEGIN SELECT RAISE(ABORT, 'kept'); END",
    );
    await db.refused('SELECT honker_notifications_prune(0, 0)', 'kept');
    expect(await ids(db)).toEqual([1, 2, 3, 4, 5]);
  });

  test('rows of somebody else: odd payloads and times are read and pruned', async (db) => {
    await db.run(
      "INSERT INTO _honker_notifications (channel, payload, created_at) VALUES (x'63', 'no \"JSON', 'old'), ('c', 2.5, unixepoch() - 50.5)",
    );
    expect(await db.json('SELECT honker_notifications_since(0, 9)')).toMatchObject([
      { channel: 'c', payload: 'no "JSON', created_at: 'old' },
      { payload: '2.5' },
    ]);
    expect(await db.value('SELECT honker_notifications_prune(40, NULL)')).toBe(2);
  });
}
