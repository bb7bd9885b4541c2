import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { temporaryDirectory } from './temporary-directory.js';

const text = readFileSync(new URL('../../../docs/sql.md', import.meta.url), 'utf8');
const blocks = /^```sql\n(.*?)^```$/gms;
const prose = text.replace(blocks, '');

interface Example {
  sql: string;
  /** The rows as the sqlite3 shell prints them; undefined where the reference doesn't say. */
  rows: string[] | undefined;
}

/** A statement ends with its line; a trigger, whose body has statements, with the line of its END. */
function readExamples(): Example[] {
  const examples: Example[] = [];
  let sql = '';
  for (const [, block] of text.matchAll(blocks)) {
    for (const line of (block ?? '').trimEnd().split('\n')) {
      const row = /^-- => ?(.*)$/.exec(line)?.[1];
      const last = examples.at(-1);
      if (row !== undefined && last && sql === '') {
        last.rows = [...(last.rows ?? []), row];
        continue;
      }
      sql += `${line}\n`;
      if (sql.startsWith('CREATE TRIGGER') ? line === 'END;' : line.endsWith(';')) {
        examples.push({ sql, rows: undefined });
        sql = '';
      }
    }
  }
  expect(sql, 'an example that doesn’t end').toBe('');
  return examples;
}

function open(): Database.Database {
  const db = new Database(join(temporaryDirectory(), 'app.db'));
  db.loadExtension(extensionPath());
  return db;
}

it('every example of docs/sql.md returns what it says, in one database from top to bottom', () => {
  const db = open();
  const examples = readExamples();
  for (const { sql, rows } of examples) {
    const statement = db.prepare(sql);
    if (!statement.reader) {
      expect(rows, sql).toBeUndefined();
      statement.run();
      continue;
    }
    const returned = statement.raw().all() as unknown[][];
    const printed = returned.map((row) => row.map((value) => value ?? '').join('|'));
    if (rows) expect(printed, sql).toEqual(rows);
  }
  expect(examples.filter((example) => example.rows).length).toBeGreaterThan(50);
  db.close();
});

/** `name(a, b [, c])` → name/2 and name/3, as the prose has them. */
function describedFunctions(): Set<string> {
  const described = new Set<string>();
  for (const [, name, list] of prose.matchAll(/`(honker_\w+|notify)\(([^`]*)\)`/g)) {
    const [required, optional] = (list ?? '').split('[');
    const count = (names: string | undefined) => names?.match(/\w+/g)?.length ?? 0;
    described.add(`${name}/${count(required)}`);
    described.add(`${name}/${count(required) + count(optional)}`);
  }
  return described;
}

it('describes every function with the arguments that it takes, and no other', () => {
  const db = open();
  const registered = db
    .prepare(
      "SELECT name || '/' || narg FROM pragma_function_list WHERE name GLOB 'honker_*' OR name = 'notify'",
    )
    .pluck()
    .all() as string[];
  const ofC = [...describedFunctions()].filter((name) => name.startsWith('honker_watcher_'));
  expect(registered.length).toBeGreaterThan(50);
  expect([...describedFunctions()].sort()).toEqual([...new Set([...registered, ...ofC])].sort());
  db.close();
});
