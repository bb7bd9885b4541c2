import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { honkerDrizzle } from '@honker/drizzle';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { openRaw } from '../../core/test/temporary-database.js';
import { Installation } from './installation.js';

const kit = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');

/** The line that the README tells to write. */
const FILTER = "tablesFilter: ['!_honker_*'],";

let directory: string;
let path: string;

beforeEach(() => {
  const installation = new Installation('0.45');
  atEnd(() => installation.remove());
  directory = installation.directory;
  path = join(directory, 'app.db');
  mkdirSync(join(directory, 'src'));
  writeFileSync(
    join(directory, 'src', 'schema.ts'),
    `import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
     export const orders = sqliteTable('orders', {
       id: integer().primaryKey(),
       item: text().notNull(),
     });\n`,
  );
  const db = drizzle(path);
  const honker = honkerDrizzle(db);
  honker.queue('q').enqueue(db, { item: 'book' });
  honker.close();
  db.$client.close();
});

async function runKit(command: string, filter: string, ...flags: string[]): Promise<void> {
  const config = `${command}.config.ts`;
  writeFileSync(
    join(directory, config),
    `export default {
       dialect: 'sqlite',
       schema: './src/schema.ts',
       out: './drizzle',
       dbCredentials: { url: './app.db' },
       ${filter}
     };\n`,
  );
  const args = [kit, command, `--config=${config}`, ...flags];
  const env = { ...process.env, NODE_ENV: 'test' };
  await promisify(execFile)(process.execPath, args, { cwd: directory, env });
}

function tables(): unknown[] {
  return openRaw(path)
    .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'index') ORDER BY name")
    .pluck()
    .all();
}

it("push, with tablesFilter, leaves honker's tables and jobs alone", async () => {
  const before = tables();
  expect(before).toContain('_honker_live');
  await runKit('push', FILTER, '--force');
  expect(tables()).toEqual([...before, 'orders'].sort());
  expect(openRaw(path).prepare('SELECT payload FROM _honker_live').pluck().all()).toEqual([
    '{"item":"book"}',
  ]);
});

it('push, without it, drops them', async () => {
  await runKit('push', FILTER, '--force');
  await runKit('push', '', '--force');
  expect(tables()).not.toContain('_honker_live');
});

it('pull, with tablesFilter, writes a schema without them', async () => {
  await runKit('push', FILTER, '--force');
  await runKit('pull', FILTER);
  const schema = readFileSync(join(directory, 'drizzle', 'schema.ts'), 'utf8');
  expect(schema).toContain('"orders"');
  expect(schema).not.toContain('_honker');
});

it('generate writes a migration without them', async () => {
  await runKit('generate', FILTER);
  const [file] = readdirSync(join(directory, 'drizzle')).filter((name) => name.endsWith('.sql'));
  const migration = readFileSync(join(directory, 'drizzle', file ?? ''), 'utf8');
  expect(migration).toContain('CREATE TABLE `orders`');
  expect(migration).not.toContain('_honker');
});
