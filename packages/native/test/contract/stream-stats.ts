import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function streamStats(test: ContractTest): void {
  test('one topic: how many events, the first and last, and how far each consumer is behind', async (db) => {
    await db.run(
      "INSERT INTO _honker_stream (topic, payload) VALUES ('t', '1'), ('u', '2'), ('t', '3'), ('t', '4')",
      "SELECT honker_stream_save_offset('beta', 't', 4), honker_stream_save_offset('alpha', 't', 1), honker_stream_save_offset('gamma', 'u', 9)",
    );
    expect(await db.value("SELECT honker_stream_stats('t')")).toBe(
      '[{"topic":"t","events":3,"first_offset":1,"last_offset":4,' +
        '"consumers":[{"name":"alpha","offset":1,"lag":2},{"name":"beta","offset":4,"lag":0}]}]',
    );
    await db.run("SELECT honker_stream_trim('t', 4)");
    expect(await db.json("SELECT honker_stream_stats('t')")).toMatchObject([
      { events: 1, first_offset: 4, last_offset: 4, consumers: [{ lag: 1 }, { lag: 0 }] },
    ]);
  });

  test('a topic that nobody published to is answered with zeros', async (db) => {
    expect(await db.json("SELECT honker_stream_stats('nothing')")).toEqual([
      { topic: 'nothing', events: 0, first_offset: null, last_offset: null, consumers: [] },
    ]);
  });

  test('NULL: every topic by name, those with consumers alone as well', async (db) => {
    expect(await db.value('SELECT honker_stream_stats(NULL)')).toBe('[]');
    await db.run(
      "INSERT INTO _honker_stream (topic, payload) VALUES ('c', '1'), ('a', '2'), ('a', '3')",
      "SELECT honker_stream_save_offset('w', 'b', 5), honker_stream_save_offset('w', 'd', 0)",
    );
    expect(await db.json('SELECT honker_stream_stats(NULL)')).toEqual([
      { topic: 'a', events: 2, first_offset: 2, last_offset: 3, consumers: [] },
      {
        topic: 'b',
        events: 0,
        first_offset: null,
        last_offset: null,
        consumers: [{ name: 'w', offset: 5, lag: 0 }],
      },
      { topic: 'c', events: 1, first_offset: 1, last_offset: 1, consumers: [] },
      {
        topic: 'd',
        events: 0,
        first_offset: null,
        last_offset: null,
        consumers: [{ name: 'w', offset: 0, lag: 0 }],
      },
    ]);
  });

  test('topics with NUL, and topics that are blobs or NULL, end every walk over the topics', async (db) => {
    await db.run(
      "INSERT INTO _honker_stream (topic, payload) VALUES ('a', '1'), (CAST(x'610062' AS TEXT), '1'), (x'61', '1'), ('b', '1')",
      "INSERT INTO _honker_stream_consumers VALUES ('w', x'62', 1), ('w', NULL, 1), (NULL, 'b', 1), (x'ff', 'b', 2)",
    );
    const stats = await db.json('SELECT honker_stream_stats(NULL)');
    expect(stats.map((topic: { topic: string }) => topic.topic)).toEqual(['a', 'a\0b', 'b']);
    expect(stats[2].consumers).toEqual([
      { name: null, offset: 1, lag: 1 },
      { name: '\ufffd', offset: 2, lag: 1 },
    ]);
  });
}
