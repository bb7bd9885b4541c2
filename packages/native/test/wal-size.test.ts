import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { PYTHON, python } from './clients/python.js';
import { temporaryDirectory } from './temporary-directory.js';

/** A statement that isn't stepped to its end keeps SQLite from ever checkpointing: 4 KiB a job. */
const LIMIT = 8 * 1024 * 1024;
const JOBS = 20_000;
const CHECK_EVERY = 500;
const enqueue = "SELECT honker_enqueue('q', '{\"n\":1}', NULL, NULL, NULL, NULL, NULL)";

const waysToRead: Readonly<Record<string, (statement: Database.Statement) => unknown>> = {
  get: (statement) => statement.get(),
  all: (statement) => statement.all(),
  'iterate, left after one row': (statement) => {
    for (const row of statement.iterate()) return row;
    return undefined;
  },
  'pluck and get': (statement) => statement.pluck().get(),
  'raw and get': (statement) => statement.raw().get(),
};

describe('the -wal stays small after single enqueues', () => {
  for (const [name, read] of Object.entries(waysToRead)) {
    it(`${JOBS} read by ${name} of better-sqlite3`, () => {
      const path = join(temporaryDirectory(), 'a.db');
      const db = new Database(path);
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.loadExtension(extensionPath());
      db.exec('SELECT honker_bootstrap()');
      const statement = db.prepare(enqueue);
      let largest = 0;
      for (let i = 1; i <= JOBS; i++) {
        read(statement);
        if (i % CHECK_EVERY === 0) largest = Math.max(largest, statSync(`${path}-wal`).size);
      }
      expect(largest).toBeGreaterThan(0);
      expect(largest).toBeLessThan(LIMIT);
      expect(db.prepare('SELECT count(*) FROM _honker_live').pluck().get()).toBe(JOBS);
      db.close();
    });
  }

  for (const fetch of ['fetchone', 'fetchall']) {
    it.skipIf(python.unavailable)(`${JOBS} read by ${fetch} of Python`, () => {
      const program = fileURLToPath(new URL('./programs/enqueue-many.py', import.meta.url));
      const path = join(temporaryDirectory(), 'a.db');
      const args = [
        program,
        path,
        extensionPath(),
        fetch,
        String(JOBS),
        String(CHECK_EVERY),
        enqueue,
      ];
      const result = spawnSync(PYTHON, args, { encoding: 'utf8' });
      expect(result.stderr).toBe('');
      const [jobs, largest] = JSON.parse(result.stdout) as [number, number];
      expect(jobs).toBe(JOBS);
      expect(largest).toBeGreaterThan(0);
      expect(largest).toBeLessThan(LIMIT);
    });
  }
});
