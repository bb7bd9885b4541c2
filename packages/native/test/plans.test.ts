import { readFileSync } from 'node:fs';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { beforeAll, expect, it } from 'vitest';
import { useEveryFunction } from './use-every-function.js';

/** The SQL of c/statements.def, as the C compiler joins its literals. */
function declaredStatements(): string[] {
  const rows = /HONKER_ROW\((\d+)\)/g;
  const text = readFileSync(new URL('../c/statements.def', import.meta.url), 'utf8').replace(
    rows,
    '"(?1, ?2, ?3, ?4, ?5, ?6, ?$1)"',
  );
  const entries = text.matchAll(/^STATEMENT\(\w+,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)/gm);
  return [...entries].map(([, literals]) =>
    [...(literals ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join(''),
  );
}

/** better-sqlite3 takes ?1 for a name, and wants a value for each; a plan doesn't depend on it. */
const unbound = Object.fromEntries(Array.from({ length: 99 }, (_, i) => [i + 1, null]));

/** A walk over a table; rows that the statement itself spells out are none. */
const scan = /^SCAN (?!CONSTANT ROW|\d+ CONSTANT ROWS|\d+-ROW VALUES)/;

const database = () => {
  const db = new Database(':memory:');
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  return db;
};

let cached: { sql: string; uses: number }[];
let plans: Map<string, string[]>;

beforeAll(() => {
  const db = database();
  useEveryFunction(db);
  cached = db.prepare('SELECT sql, uses FROM honker_statements').all() as typeof cached;
  const readable = cached.filter(({ sql }) => /^(SELECT|INSERT|UPDATE|DELETE)/.test(sql));
  plans = new Map(
    readable.map(({ sql }) => {
      const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(unbound) as { detail: string }[];
      return [sql, rows.map((row) => row.detail)];
    }),
  );
  db.close();
});

it('every statement of statements.def was cached and used', () => {
  const declared = declaredStatements();
  expect(declared.length).toBeGreaterThan(30);
  expect(new Set(cached.map(({ sql }) => sql))).toEqual(new Set(declared));
  for (const { sql, uses } of cached) expect(uses, sql).toBeGreaterThan(0);
});

it('no statement scans a table or sorts in a temporary B-tree', () => {
  const wrong = [...plans].filter(([, details]) =>
    details.some((detail) => scan.test(detail) || detail.includes('TEMP B-TREE')),
  );
  expect(Object.fromEntries(wrong)).toEqual({});
});

it('this test sees a scan and a temporary B-tree where there is one', () => {
  const db = database();
  const plan = (sql: string) =>
    (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(
      (row) => row.detail,
    );
  expect(plan('SELECT * FROM _honker_live ORDER BY payload')).toEqual([
    expect.stringMatching(scan),
    expect.stringContaining('TEMP B-TREE'),
  ]);
  db.close();
});
