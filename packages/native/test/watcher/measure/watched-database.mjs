/** What every measurement here begins with: a database of its own with a table `t`, and its clean-up. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { extensionPath } from '../../../dist/esm/index.js';

/** @returns {{ path: string, db: import('better-sqlite3').Database, remove: () => void }} */
export function watchedDatabase() {
  const directory = mkdtempSync(join(tmpdir(), 'honker-measure-'));
  const path = join(directory, 'a.db');
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.loadExtension(extensionPath());
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY)');
  return {
    path,
    db,
    remove: () => {
      db.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export function threads() {
  return new Set(readdirSync('/proc/self/task'));
}

/** CPU time in seconds that a thread of this process has used, by the scheduler's own clock. */
export function threadCpuS(thread) {
  return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
