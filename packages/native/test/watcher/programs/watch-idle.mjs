/**
 * Has a watcher wait while nothing is committed, with marks for who traces the system calls.
 * Arguments: database, backend, ms between the marks.
 */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { extensionPath, watchCommits } from '../../../dist/esm/index.js';

/** The longer nothing was committed, the less often polling looks: here each 1.5 to 4.5 ms. */
const QUIET_MS = 1500;
const [path, backend, ms] = process.argv.slice(2);
const db = new Database(path);
db.pragma('journal_mode = WAL');
db.loadExtension(extensionPath());
const watcher = watchCommits(path, () => undefined, { backend });
const sleep = (duration) => new Promise((resolve) => setTimeout(resolve, duration));

db.exec('CREATE TABLE t (x)');
await sleep(QUIET_MS);
existsSync('/mark/idle');
await sleep(Number(ms));
existsSync('/mark/over');
watcher.close();
db.close();
