import { join } from 'node:path';
import { extensionPath, watchCommits } from '@honker/native';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { temporaryDirectory } from './temporary-directory.js';

// What it does lasts for the process, so the tests of this file depend on their order.
const version = 'SELECT honker_version()';

it('changes nothing for the connections that are open, and writes nothing', () => {
  const path = join(temporaryDirectory(), 'a.db');
  const before = new Database(path);
  const db = new Database(path);
  db.loadExtension(extensionPath());
  expect(() => new Database(path).exec(version)).toThrow(/no such function/);
  expect(db.prepare('SELECT honker_auto_load()').pluck().get()).toBe(1);
  expect(() => before.exec(version)).toThrow(/no such function/);
  expect(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0);
  before.close();
  db.close();
});

it('loads into each connection that is opened from then on, once', () => {
  const path = join(temporaryDirectory(), 'a.db');
  for (const options of [{}, { readonly: true }]) {
    const db = new Database(path, options);
    expect(db.prepare(version).pluck().get()).toMatch(/\d/);
    db.loadExtension(extensionPath());
    expect(db.prepare(version).pluck().get()).toMatch(/\d/);
    db.close();
  }
  const memory = new Database(':memory:');
  expect(memory.prepare(version).pluck().get()).toMatch(/\d/);
  memory.close();
});

it('leaves the watcher its own connection', async () => {
  const path = join(temporaryDirectory(), 'a.db');
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.exec('SELECT honker_bootstrap()');
  let watcher: ReturnType<typeof watchCommits> | undefined;
  const isAlive = new Promise<boolean>((resolve) => {
    watcher = watchCommits(path, resolve);
  });
  db.prepare("SELECT notify('c', '1')").all();
  expect(await isAlive).toBe(true);
  watcher?.close();
  db.close();
});
