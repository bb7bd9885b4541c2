import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { TestDatabase } from './test-database.js';

const publish = (db: TestDatabase, topic: string, payload: string, key: string | null = null) =>
  db.integer('SELECT honker_stream_publish(?, ?, ?)', topic, key, payload);

const read = (db: TestDatabase, topic: string, offset = 0, limit = 100) =>
  db.json('SELECT honker_stream_read_since(?, ?, ?)', topic, offset, limit);

const offsets = async (db: TestDatabase, topic: string, offset = 0, limit = 100) =>
  (await read(db, topic, offset, limit)).map((event: { offset: number }) => event.offset);

export function streams(test: ContractTest): void {
  test('publish returns the offset, one greater for each event of any topic', async (db) => {
    expect(
      await db.row("SELECT o, typeof(o) FROM (SELECT honker_stream_publish('a', NULL, '1') AS o)"),
    ).toEqual([1, 'integer']);
    expect(await publish(db, 'b', '2')).toBe(2);
    expect(await publish(db, 'a', '3')).toBe(3);
    expect(await db.query('SELECT offset, topic, key, payload FROM _honker_stream')).toEqual([
      [1, 'a', null, '1'],
      [2, 'b', null, '2'],
      [3, 'a', null, '3'],
    ]);
    expect(
      await db.value(
        'SELECT count(*) FROM _honker_stream WHERE created_at BETWEEN unixepoch() - 5 AND unixepoch()',
      ),
    ).toBe(3);
  });

  test('publish_batch returns the offsets as a JSON array, order kept', async (db) => {
    await publish(db, 'a', '0');
    expect(
      await db.value(
        "SELECT honker_stream_publish_batch('a', 'k', '[true, {\"b\":1}, 0.30000000000000004]')",
      ),
    ).toBe('[2,3,4]');
    expect(await db.query('SELECT key, payload FROM _honker_stream WHERE offset > 1')).toEqual([
      ['k', 'true'],
      ['k', '{"b":1}'],
      ['k', '0.30000000000000004'],
    ]);
    expect(await db.value("SELECT honker_stream_publish_batch('a', NULL, '[]')")).toBe('[]');
    await db.refused(
      "SELECT honker_stream_publish_batch('a', NULL, '{}')",
      'honker_stream_publish_batch: payloads_json must be a JSON array of payloads',
    );
  });

  test('an error in the middle of publish_batch writes nothing', async (db) => {
    await db.run(
      "CREATE TRIGGER refuse BEFORE INSERT ON _honker_stream WHEN new.payload = '3'" +
        " BEGIN SELECT RAISE(ABORT, 'three is refused'); END",
    );
    await db.refused(
      "SELECT honker_stream_publish_batch('a', NULL, '[1,2,3,4]')",
      'honker_stream_publish_batch: three is refused',
    );
  });

  test('an offset is never used again, whatever is deleted', async (db) => {
    await publish(db, 'a', '1');
    await publish(db, 'a', '2');
    expect(await db.value("SELECT honker_stream_trim('a', 100)")).toBe(2);
    expect(await publish(db, 'a', '3')).toBe(3);
  });

  test('read_since returns the events of the topic after an offset, in order, up to the limit', async (db) => {
    for (const [topic, payload] of ['a1', 'b2', 'a3', 'a4', 'a5'].map((text) => [...text])) {
      await publish(db, String(topic), String(payload));
    }
    expect(await offsets(db, 'a')).toEqual([1, 3, 4, 5]);
    expect(await offsets(db, 'a', 1)).toEqual([3, 4, 5]);
    expect(await offsets(db, 'a', 2, 2)).toEqual([3, 4]);
    expect(await offsets(db, 'a', 5)).toEqual([]);
    expect(await offsets(db, 'a', 0, 0)).toEqual([]);
    expect(await offsets(db, 'a', -7, 1)).toEqual([1]);
    expect(await offsets(db, 'nothing')).toEqual([]);
    expect(await db.value("SELECT typeof(honker_stream_read_since('a', 9, 9))")).toBe('text');
  });

  test('read_flat has of each event the offset, key, time, whether its payload is JSON, and the payload', async (db) => {
    const flat = (topic: string, offset = 0, limit = 100) =>
      db.json('SELECT honker_stream_read_flat(?, ?, ?)', topic, offset, limit);
    await publish(db, 'a', ' {"a":["🎉\\n",1.50]} ', 'k"\0');
    await publish(db, 'b', '1');
    await publish(db, 'a', '"text"');
    await db.run(
      "INSERT INTO _honker_stream (topic, payload) VALUES ('a', 'no \"JSON\"'), ('a', '')",
    );
    await db.run(
      "INSERT INTO _honker_stream (topic, payload) VALUES ('a', x'00ff'), ('a', x'22ff22')",
    );
    await db.run('UPDATE _honker_stream SET created_at = 7');
    expect(await flat('a')).toEqual([
      ...[1, 'k"\0', 7, true, { a: ['🎉\n', 1.5] }],
      ...[3, null, 7, true, 'text'],
      ...[4, null, 7, false, 'no "JSON"'],
      ...[5, null, 7, false, ''],
      ...[6, null, 7, false, '\0\ufffd'],
      ...[7, null, 7, false, '"\ufffd"'],
    ]);
    expect(await db.value("SELECT honker_stream_read_flat('a', 2, 1)")).toBe(
      '[3,null,7,true,"text"]',
    );
    expect(await flat('a', 1, 0)).toEqual([]);
    expect(await flat('a', 99)).toEqual([]);
  });

  test('an event has these fields, payload a string, key null or a string', async (db) => {
    await publish(db, 't', '{"a":"🎉"}', 'k');
    await publish(db, 't', '[1]');
    const [first, second] = await read(db, 't');
    expect(Object.keys(first)).toEqual(['offset', 'topic', 'key', 'payload', 'created_at']);
    expect(first).toMatchObject({ offset: 1, topic: 't', key: 'k', payload: '{"a":"🎉"}' });
    expect(second).toMatchObject({ offset: 2, key: null, payload: '[1]' });
    expect(first.created_at).toBe(await db.value('SELECT min(created_at) FROM _honker_stream'));
  });

  test('a key may be any text, with NUL and empty', async (db) => {
    await publish(db, 't', '1', '');
    await publish(db, 't', '1', 'a\0b');
    const keys = (await read(db, 't')).map((event: { key: string }) => event.key);
    expect(keys).toEqual(['', 'a\0b']);
  });

  test('rows of somebody else: odd keys, payloads and times are read on', async (db) => {
    await db.run(
      "INSERT INTO _honker_stream (topic, payload) VALUES ('t', 'no \"JSON')",
      "INSERT INTO _honker_stream (topic, key, payload, created_at) VALUES ('t', x'00ff', 4.5, 'late')",
      "INSERT INTO _honker_stream (topic, payload) VALUES (x'74', '1')",
    );
    const events = await read(db, 't');
    expect(events).toMatchObject([
      { payload: 'no "JSON' },
      { key: '\0\ufffd', payload: '4.5', created_at: 'late' },
    ]);
  });

  const save = (db: TestDatabase, offset: number) =>
    db.row("SELECT r, typeof(r) FROM (SELECT honker_stream_save_offset('c', 't', ?) AS r)", offset);

  test('a saved offset only goes forward', async (db) => {
    const saved = () => db.value("SELECT honker_stream_get_offset('c', 't')");
    expect(await saved()).toBe(0);
    expect(await save(db, 5)).toEqual([1, 'integer']);
    expect(await saved()).toBe(5);
    expect(await save(db, 5)).toEqual([0, 'integer']);
    expect(await save(db, 4)).toEqual([0, 'integer']);
    expect(await saved()).toBe(5);
    expect(await save(db, 6)).toEqual([1, 'integer']);
    expect(await saved()).toBe(6);
    expect(await db.value("SELECT typeof(honker_stream_get_offset('c', 't'))")).toBe('integer');
  });

  test('a saved offset belongs to one consumer of one topic', async (db) => {
    await save(db, 5);
    expect(
      await db.row(
        "SELECT honker_stream_get_offset('d', 't'), honker_stream_get_offset('c', 'u'), honker_stream_get_offset('t', 'c')",
      ),
    ).toEqual([0, 0, 0]);
  });

  test('two connections that save at once never move it back', async (db) => {
    const other = await db.connect();
    await db.run('SELECT honker_busy_timeout(5000)');
    await other.run('SELECT honker_busy_timeout(5000)');
    for (let offset = 1; offset <= 20; offset++) {
      await Promise.all([save(db, offset), save(other, 21 - offset)]);
    }
    expect(await db.value("SELECT honker_stream_get_offset('c', 't')")).toBe(20);
  });

  test('last is the newest offset of the topic, or 0', async (db) => {
    expect(await db.row("SELECT n, typeof(n) FROM (SELECT honker_stream_last('a') AS n)")).toEqual([
      0,
      'integer',
    ]);
    for (const topic of ['a', 'a', 'b']) await publish(db, topic, '1');
    expect(await db.row("SELECT honker_stream_last('a'), honker_stream_last('b')")).toEqual([2, 3]);
    await db.run("SELECT honker_stream_trim('a', 2)");
    expect(await db.value("SELECT honker_stream_last('a')")).toBe(2);
    await db.run("SELECT honker_stream_trim('a', 3)");
    expect(await db.value("SELECT honker_stream_last('a')")).toBe(0);
  });

  test('trim deletes the events of the topic with a smaller offset', async (db) => {
    for (const topic of ['a', 'b', 'a', 'a']) await publish(db, topic, '1');
    expect(
      await db.row("SELECT n, typeof(n) FROM (SELECT honker_stream_trim('a', 4) AS n)"),
    ).toEqual([2, 'integer']);
    expect(await offsets(db, 'a')).toEqual([4]);
    expect(await offsets(db, 'b')).toEqual([2]);
    expect(await db.value("SELECT honker_stream_trim('a', 4)")).toBe(0);
    expect(await db.value("SELECT honker_stream_trim('a', -1)")).toBe(0);
  });

  test('what is published, trimmed and saved in a transaction is rolled back with it', async (db) => {
    await publish(db, 't', '1');
    const other = await db.connect();
    await db.run('BEGIN IMMEDIATE');
    await publish(db, 't', '2');
    await save(db, 2);
    await db.run("SELECT honker_stream_trim('t', 2)");
    expect(await offsets(db, 't')).toEqual([2]);
    expect(await offsets(other, 't')).toEqual([1]);
    await db.run('ROLLBACK');
    expect(await offsets(db, 't')).toEqual([1]);
    expect(await db.value("SELECT honker_stream_get_offset('c', 't')")).toBe(0);
  });

  test('a trigger publishes, and one on the stream publishes on: the offset is still the first', async (db) => {
    await db.run(
      'CREATE TABLE orders (id INTEGER PRIMARY KEY)',
      "CREATE TRIGGER tell AFTER INSERT ON orders BEGIN SELECT honker_stream_publish('orders', NULL, json_object('id', new.id)); END",
      "CREATE TRIGGER copy AFTER INSERT ON _honker_stream WHEN new.topic = 'a' BEGIN SELECT honker_stream_publish('b', NULL, new.payload); END",
      'INSERT INTO orders VALUES (7)',
    );
    expect(await db.value('SELECT last_insert_rowid()')).toBe(7);
    expect(await read(db, 'orders')).toMatchObject([{ payload: '{"id":7}' }]);
    expect(await publish(db, 'a', '"x"')).toBe(2);
    expect(await read(db, 'b')).toMatchObject([{ offset: 3, payload: '"x"' }]);
    expect(await db.value('SELECT last_insert_rowid()')).toBe(7);
  });
}
