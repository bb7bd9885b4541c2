import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extensionPath, watchCommits } from '@honker/native';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { PYTHON, python } from './clients/python.js';
import { hasProc, mappedFiles, openFiles, threadCount } from './process-state.js';
import { temporaryDirectory } from './temporary-directory.js';
import { useEveryFunction } from './use-every-function.js';

const ROUNDS = 200;

/** A bootstrapped connection to a new file. */
function open(directory: string, name: string): Database.Database {
  const db = new Database(join(directory, name));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  return db;
}

describe.skipIf(!hasProc)('after a close nothing is left', () => {
  it(`of ${ROUNDS} databases that used every function, with a watcher each`, () => {
    const directory = temporaryDirectory();
    const threads = threadCount();
    for (let i = 0; i < ROUNDS; i++) {
      const db = open(directory, `${i}.db`);
      const watcher = watchCommits(db.name, () => undefined);
      useEveryFunction(db);
      expect(threadCount()).toBe(threads + 1);
      watcher.close();
      db.close();
    }
    expect(openFiles(directory)).toEqual([]);
    expect(mappedFiles(directory)).toEqual([]);
    expect(threadCount()).toBe(threads);
  });

  it('whichever is closed first, the database or its watcher', () => {
    const directory = temporaryDirectory();
    const db = open(directory, 'a.db');
    const watcher = watchCommits(db.name, () => undefined);
    db.close();
    expect(openFiles(directory).length).toBeGreaterThan(0); // the watcher's own connection
    watcher.close();
    expect(openFiles(directory)).toEqual([]);
  });

  it('when a close was refused because the application was reading', () => {
    const directory = temporaryDirectory();
    const db = open(directory, 'a.db');
    useEveryFunction(db);
    const rows = db.prepare("SELECT value FROM json_each('[1,2,3]')").iterate();
    rows.next();
    expect(() => db.close()).toThrow('busy');
    rows.return?.();
    useEveryFunction(db);
    db.close();
    expect(openFiles(directory)).toEqual([]);
  });

  it('of a connection that nobody closed, once it is collected', { timeout: 30_000 }, () => {
    const directory = temporaryDirectory();
    const program = fileURLToPath(new URL('./programs/forgotten-connections.mjs', import.meta.url));
    const result = spawnSync(process.execPath, ['--expose-gc', program, directory], {
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('0\n');
  });
});

describe.skipIf(python.unavailable || !hasProc)('sqlite3_close() itself', () => {
  it('refuses while the application has a statement, works on, and closes everything at last', () => {
    const program = fileURLToPath(new URL('./programs/refused-close.py', import.meta.url));
    const result = spawnSync(
      PYTHON,
      [program, join(temporaryDirectory(), 'a.db'), extensionPath()],
      {
        encoding: 'utf8',
      },
    );
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('refused, open; closed, 0 descriptors\n');
  });
});
