import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

const batch = (payloads: string, rest = 'NULL, NULL, NULL, NULL, NULL') =>
  `SELECT honker_enqueue_batch('q', '${payloads}', ${rest})`;

export function enqueueBatch(test: ContractTest): void {
  test('returns the ids as a JSON array, order kept', async (db) => {
    expect(await db.value(batch('["a", {"b":1}, [2], null]'))).toBe('[1,2,3,4]');
    expect(await db.column('SELECT payload FROM _honker_live ORDER BY id')).toEqual([
      '"a"',
      '{"b":1}',
      '[2]',
      'null',
    ]);
    expect(await db.value(`SELECT typeof((${batch('[1]')}))`)).toBe('text');
  });

  test('an empty array enqueues nothing', async (db) => {
    expect(await db.value(batch(' [ ] '))).toBe('[]');
    expect(await db.value('SELECT count(*) FROM _honker_live')).toBe(0);
  });

  test('every option holds for every job', async (db) => {
    await db.run(batch('[1,2]', '5, 100, 3, 4, 60'));
    const rows = await db.query(
      'SELECT run_at - created_at, priority, max_attempts, expires_at - created_at FROM _honker_live',
    );
    expect(rows).toEqual([
      [100, 3, 4, 60],
      [100, 3, 4, 60],
    ]);
  });

  test('keeps each payload as it was written', async (db) => {
    const payloads = [
      '0.30000000000000004',
      'true',
      '1e400',
      '{ "a" : [1,  2] }',
      '"\\u00e9 ü ]["',
      '-0',
    ];
    await db.query(
      'SELECT honker_enqueue_batch(?, ?, NULL, NULL, NULL, NULL, NULL)',
      'q',
      `[${payloads.join(' , ')}]`,
    );
    expect(await db.column('SELECT payload FROM _honker_live ORDER BY id')).toEqual(payloads);
  });

  test('ten thousand at once', async (db) => {
    const payloads = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => ({ i })));
    const ids = await db.json(
      'SELECT honker_enqueue_batch(?, ?, NULL, NULL, NULL, NULL, NULL)',
      'q',
      payloads,
    );
    expect(ids).toHaveLength(10_000);
    expect(ids.at(-1)).toBe(10_000);
    expect(
      await db.value("SELECT count(*) FROM _honker_live WHERE payload = json_object('i', id - 1)"),
    ).toBe(10_000);
  });

  test('many at once keep their order and their options', async (db) => {
    for (const count of [63, 64, 65, 128, 200]) {
      const payloads = JSON.stringify(Array.from({ length: count }, (_, i) => i));
      const queue = `of ${count}`;
      const ids = await db.json(
        'SELECT honker_enqueue_batch(?, ?, NULL, 100, 3, 4, 60)',
        queue,
        payloads,
      );
      const rows = await db.query(
        'SELECT id, CAST(payload AS INTEGER), run_at - created_at, priority, max_attempts,' +
          ' expires_at - created_at FROM _honker_live WHERE queue = ? ORDER BY id',
        queue,
      );
      expect(rows).toEqual(ids.map((id: number, i: number) => [id, i, 100, 3, 4, 60]));
      expect(rows).toHaveLength(count);
    }
  });

  test('many at once tell the right ids though a trigger enqueues in between', async (db) => {
    await db.run(
      "CREATE TRIGGER copy AFTER INSERT ON _honker_live WHEN new.queue = 'q' BEGIN" +
        " SELECT honker_enqueue('copy', new.payload, NULL, NULL, NULL, NULL, NULL); END",
    );
    const payloads = JSON.stringify(Array.from({ length: 100 }, (_, i) => i));
    for (const around of [[], ['BEGIN', 'COMMIT']]) {
      await db.run('DELETE FROM _honker_live');
      if (around[0]) await db.run(around[0]);
      const ids = await db.json(batch(payloads));
      if (around[1]) await db.run(around[1]);
      expect(
        await db.query("SELECT id, CAST(payload AS INTEGER) FROM _honker_live WHERE queue = 'q'"),
      ).toEqual(ids.map((id: number, i: number) => [id, i]));
      expect(await db.value("SELECT count(*) FROM _honker_live WHERE queue = 'copy'")).toBe(100);
    }
  });

  test('many at once have 0 for the id of what a trigger ignored', async (db) => {
    await db.run(
      "CREATE TRIGGER ignore BEFORE INSERT ON _honker_live WHEN new.payload = '7' BEGIN" +
        ' SELECT RAISE(IGNORE); END',
    );
    const payloads = JSON.stringify(Array.from({ length: 100 }, (_, i) => i));
    const ids = await db.json(batch(payloads));
    expect(ids[7]).toBe(0);
    expect(
      await db.query('SELECT id, CAST(payload AS INTEGER) FROM _honker_live ORDER BY id'),
    ).toEqual(
      ids.map((id: number, i: number) => [id, i]).filter(([id]: [number, number]) => id > 0),
    );
  });

  const lists = {
    'must be a JSON array': ['{}', '1', '"[1]"', 'null', 'true'],
    'must be valid JSON': [
      '',
      '[',
      '[1',
      '[1,]',
      '[,1]',
      '[1 2]',
      '[1]]',
      '[1],[2]',
      '[nul]',
      '{"a":1',
    ],
  };
  for (const [message, wrong] of Object.entries(lists)) {
    test(`payloads_json ${message}`, async (db) => {
      for (const list of wrong) {
        await db.refused(batch(list), `honker_enqueue_batch: payloads_json ${message}`);
      }
    });
  }

  test('an error in the middle writes nothing', async (db) => {
    await db.run(
      "CREATE TRIGGER refuse BEFORE INSERT ON _honker_live WHEN new.payload = '3'" +
        " BEGIN SELECT RAISE(ABORT, 'three is refused'); END",
    );
    await db.refused(batch('[1,2,3,4]'), 'honker_enqueue_batch: three is refused');
    expect(await db.value(batch('[1,2,4]'))).toBe('[1,2,3]');
  });

  test('an error in the middle leaves the transaction around it as it was', async (db) => {
    await db.run(
      "CREATE TRIGGER refuse BEFORE INSERT ON _honker_live WHEN new.payload = '3'" +
        " BEGIN SELECT RAISE(ABORT, 'three is refused'); END",
      'BEGIN',
    );
    await db.enqueue('q', '0');
    await db.refused(batch('[1,2,3,4]'), 'three is refused');
    await db.run('COMMIT');
    expect(await db.column('SELECT payload FROM _honker_live')).toEqual(['0']);
  });

  test('an error in the middle of a batch inside INSERT … SELECT writes nothing', async (db) => {
    await db.run(
      'CREATE TABLE t (x)',
      "CREATE TRIGGER refuse BEFORE INSERT ON _honker_live WHEN new.payload = '3'" +
        " BEGIN SELECT RAISE(ABORT, 'three is refused'); END",
    );
    await db.refused(`INSERT INTO t ${batch('[1,2,3,4]')}`, 'three is refused');
    await db.run('BEGIN');
    await db.enqueue('q', '0');
    await db.refused(`INSERT INTO t ${batch('[1,2,3,4]')}`, 'three is refused');
    await db.run('COMMIT');
    expect(await db.column('SELECT payload FROM _honker_live')).toEqual(['0']);
  });
}
