import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import {
  type CommitWatcher,
  extensionPath,
  type WatchOptions,
  watchCommits,
} from '../../dist/esm/index.js';
import { temporaryDirectory } from '../temporary-directory.js';

type Backend = NonNullable<WatchOptions['backend']>;

/** Every way of watching that this platform has. */
export const backends: Backend[] =
  process.platform === 'linux' ? ['kernel', 'polling'] : ['polling'];

/** A database with a table, closed with the test. */
export function database(
  journalMode = 'WAL',
  path = join(temporaryDirectory(), 'a.db'),
): { path: string; db: Database.Database; commit: () => void } {
  const db = new Database(path);
  onTestFinished(() => {
    db.close();
  });
  db.pragma(`journal_mode = ${journalMode}`);
  db.loadExtension(extensionPath());
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY)');
  return { path, db, commit: () => db.exec('INSERT INTO t DEFAULT VALUES') };
}

/** A watcher whose news can be awaited, closed with the test. */
export class News {
  readonly all: boolean[] = [];
  readonly watcher: CommitWatcher;
  #seen = 0;
  #changed: (() => void) | undefined;

  constructor(path: string, options?: WatchOptions, onNews?: (alive: boolean) => void) {
    this.watcher = watchCommits(
      path,
      (alive) => {
        this.all.push(alive);
        onNews?.(alive);
        this.#changed?.();
      },
      options,
    );
    this.watcher.ref();
    onTestFinished(() => this.watcher.close());
  }

  async next(): Promise<boolean> {
    while (this.#seen === this.all.length) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    return this.all[this.#seen++] ?? false;
  }

  /** Waits for a wake that begins after the call. */
  async another(): Promise<boolean> {
    this.#seen = this.all.length;
    return this.next();
  }
}
