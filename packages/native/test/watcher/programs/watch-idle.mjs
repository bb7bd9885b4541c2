/**
 * Has a watcher wait after a commit, with marks for who traces the system calls.
 * Arguments: database, backend, ms between the marks.
 */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { extensionPath, watchCommits } from '../../../dist/esm/index.js';

const [path, backend, ms] = process.argv.slice(2);
const db = new Database(path);
db.pragma('journal_mode = WAL');
db.loadExtension(extensionPath());
const sleep = (duration) => new Promise((resolve) => setTimeout(resolve, duration));
let wake;
const woken = new Promise((resolve) => {
  wake = resolve;
});
const watcher = watchCommits(path, () => wake(), { backend });
watcher.ref();

db.exec('CREATE TABLE t (x)');
await woken;
await sleep(500); // the kernel may tell of one commit twice
existsSync('/mark/idle');
await sleep(Number(ms));
existsSync('/mark/over');
watcher.close();
db.close();
