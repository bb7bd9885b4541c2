import { join } from 'node:path';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { temporaryDirectory } from './temporary-directory.js';

const enqueue = "SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)";

it('loads twice into one connection, and the second time changes nothing', () => {
  const db = new Database(join(temporaryDirectory(), 'a.db'));
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  const prepared = db.prepare(enqueue).pluck();
  expect(prepared.get()).toBe(1);
  const cached = db.prepare('SELECT sql FROM honker_statements').pluck().all();
  db.loadExtension(extensionPath());
  expect(db.prepare('SELECT sql FROM honker_statements').pluck().all()).toEqual(cached);
  expect(prepared.get()).toBe(2);
  db.close();
});

it('loads inside an open transaction', () => {
  const db = new Database(join(temporaryDirectory(), 'a.db'));
  db.exec('BEGIN');
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  expect(db.prepare(enqueue).pluck().get()).toBe(1);
  db.exec('COMMIT');
  db.close();
});

it('serves many connections of one process, each with statements of its own', () => {
  const directory = temporaryDirectory();
  const connections = Array.from({ length: 20 }, (_, i) => {
    const db = new Database(join(directory, `${i % 3}.db`));
    db.pragma('journal_mode = WAL');
    db.loadExtension(extensionPath());
    db.exec('SELECT honker_bootstrap()');
    return db;
  });
  for (const db of connections) db.prepare(enqueue).get();
  const [first] = connections;
  expect(first?.prepare('SELECT count(*) FROM _honker_live').pluck().get()).toBe(7);
  for (const db of connections) db.close();
});
