import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

export function enqueue(test: ContractTest): void {
  test('returns the id, an integer, ascending', async (db) => {
    const [id, type] = await db.row(
      "SELECT id, typeof(id) FROM (SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL) AS id)",
    );
    expect(type).toBe('integer');
    expect(id).toBe(1);
    expect(await db.enqueue()).toBe(2);
  });

  test('defaults: pending, priority 0, due now, 3 attempts, never expires', async (db) => {
    await db.enqueue();
    const row = await db.row(
      'SELECT queue, payload, state, priority, run_at BETWEEN unixepoch() - 5 AND unixepoch(), worker_id,' +
        ' claim_expires_at, attempts, max_attempts, created_at = run_at, expires_at FROM _honker_live',
    );
    expect(row).toEqual(['q', '1', 'pending', 0, 1, null, null, 0, 3, 1, null]);
  });

  test('stores every integer as an integer, also from whole REAL arguments', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', 5.0, NULL, -2.0, 7.0, 60.0)");
    const row = await db.row(
      'SELECT typeof(run_at), run_at, typeof(priority), priority, typeof(max_attempts), max_attempts,' +
        ' typeof(expires_at), expires_at - created_at, typeof(created_at) FROM _honker_live',
    );
    expect(row).toEqual(['integer', 5, 'integer', -2, 'integer', 7, 'integer', 60, 'integer']);
  });

  test('delay wins over run_at', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', 5, 100, NULL, NULL, NULL)");
    expect(await db.value('SELECT run_at - created_at FROM _honker_live')).toBe(100);
  });

  test('run_at is taken as it is, in the past, the future and at both ends', async (db) => {
    for (const at of ['-9223372036854775808', '-1', '0', '9223372036854775807']) {
      await db.run(`SELECT honker_enqueue('q', '1', ${at}, NULL, NULL, NULL, NULL)`);
    }
    const expected = [-9223372036854775808n, -1, 0, 9223372036854775807n];
    expect(await db.column('SELECT run_at FROM _honker_live ORDER BY id')).toEqual(expected);
  });

  test('expires counts from now, 0 is at once', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, 0)");
    expect(await db.value('SELECT expires_at - created_at FROM _honker_live')).toBe(0);
  });

  const payloads = {
    'a real that loses digits elsewhere': '{"x":0.30000000000000004,"y":1e400,"z":-0}',
    'a huge integer': '12345678901234567890123456789',
    'true, false, null': '[true,false,null]',
    escapes: '"\\u0000\\n\\ud83d\\ude00\\/\\ud800"',
    unicode: '"grüße 🎉 \u2028"',
    'white space': ' {\t"a" :\r\n1 }\n',
    'doubled keys': '{"a":1,"a":2}',
    quotes: '"it\'s ? ?1"',
    'a bare string': '"x"',
  };
  for (const [what, payload] of Object.entries(payloads)) {
    test(`keeps the payload as it was written: ${what}`, async (db) => {
      const id = await db.enqueue('q', payload);
      expect(await db.value('SELECT payload FROM _honker_live WHERE id = ?', id)).toBe(payload);
      expect(await db.value('SELECT typeof(payload) FROM _honker_live WHERE id = ?', id)).toBe(
        'text',
      );
      expect((await db.claim())[0]?.payload).toBe(payload);
    });
  }

  test('takes 1000 levels of nesting and refuses 1001', async (db) => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    await db.enqueue('q', nested(1000));
    await db.refused(
      `SELECT honker_enqueue('q', '${nested(1001)}', NULL, NULL, NULL, NULL, NULL)`,
      'honker_enqueue: payload must be valid JSON',
    );
  });

  test('takes a payload of a megabyte', async (db) => {
    await db.run(
      `SELECT honker_enqueue('q', '"' || printf('%.*c', 1000000, 'x') || '"', NULL, NULL, NULL, NULL, NULL)`,
    );
    const [job] = await db.claim();
    expect(job?.payload).toHaveLength(1_000_002);
  });

  test('any text but NUL is a queue name', async (db) => {
    for (const queue of ['', ' ', "it's", 'grüße 🎉', 'a\nb', '_outbox:x', 'x'.repeat(1000)]) {
      await db.enqueue(queue);
      const [job] = await db.claim(queue);
      expect(job?.queue).toBe(queue);
    }
  });

  test('many in one statement, each with an id of its own', async (db) => {
    const ids = await db.row(
      "SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)," +
        " honker_enqueue('q', '2', NULL, NULL, NULL, NULL, NULL)",
    );
    expect(ids).toEqual([1, 2]);
    expect(await db.column('SELECT payload FROM _honker_live ORDER BY id')).toEqual(['1', '2']);
  });

  test('from a SELECT over many rows', async (db) => {
    const ids = await db.column(
      "SELECT honker_enqueue('q', json_object('n', value), NULL, NULL, NULL, NULL, NULL)" +
        " FROM json_each('[1,2,3,4,5]')",
    );
    expect(ids).toEqual([1, 2, 3, 4, 5]);
  });

  test('an id that a BEFORE INSERT trigger ignored is 0, not that of another job', async (db) => {
    await db.enqueue();
    await db.run(
      'CREATE TRIGGER once BEFORE INSERT ON _honker_live WHEN EXISTS (SELECT 1 FROM _honker_live' +
        ' WHERE payload = new.payload) BEGIN SELECT RAISE(IGNORE); END',
    );
    expect(await db.enqueue()).toBe(0);
    expect(await db.enqueue('q', '2')).toBe(2);
  });
}
