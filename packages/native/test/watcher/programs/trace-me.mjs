/**
 * Opens and closes a connection of SQLite's, then a watcher that is woken by commits, with marks for
 * who traces the system calls. Arguments: database, backend.
 */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { extensionPath, watchCommits } from '../../../dist/esm/index.js';

const [path, backend] = process.argv.slice(2);
const mark = (name) => existsSync(`/mark/${name}`);

const db = new Database(path);
db.pragma('journal_mode = WAL');
db.loadExtension(extensionPath());
db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (0)');

// SQLite keeps the descriptor of a closed connection for the next one: from here on there is one.
watchCommits(path, () => undefined, { backend }).close();
mark('SQLite opens');
const other = new Database(path);
other.pragma('data_version');
mark('SQLite has opened');
other.close();
mark('SQLite has closed');

let woken;
mark('the watcher opens');
const watcher = watchCommits(path, () => woken(), { backend });
watcher.ref();
mark('the watcher has opened');
for (let i = 0; i < 20; i++) {
  const wake = new Promise((resolve) => {
    woken = resolve;
  });
  db.exec(i % 5 === 4 ? 'PRAGMA wal_checkpoint(RESTART); VACUUM' : 'INSERT INTO t VALUES (1)');
  await wake;
}
mark('the watcher closes');
watcher.close();
mark('the watcher has closed');
db.close();
