import { join } from 'node:path';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Program } from './program.js';
import { temporaryDirectory } from './temporary-directory.js';

const enqueue = "SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)";
const batch = "SELECT honker_enqueue_batch('q', '[1]', NULL, NULL, NULL, NULL, NULL)";

/** Two connections to one file; `timeout` is better-sqlite3's, which sets SQLite's own. */
function connections(timeout = 60_000) {
  const path = join(temporaryDirectory(), 'a.db');
  const db = new Database(path, { timeout });
  const holder = new Database(path);
  onTestFinished(() => {
    db.close();
    holder.close();
  });
  db.pragma('journal_mode = WAL');
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  db.exec(enqueue);
  const run = (sql: string) => db.prepare(sql).pluck().get();
  const busyTimeout = () => db.pragma('busy_timeout', { simple: true });
  return { path, db, holder, run, busyTimeout };
}

/** How a call fails: at once, for a wait would be the minute of the timeout, and the test's end. */
function failure(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it succeeded, although another connection has the lock');
}

describe('honker_busy_limit', () => {
  for (const sql of [
    enqueue,
    batch,
    "SELECT honker_claim_batch('q', 'w', 1, 60)",
    'SELECT honker_cancel(1)',
    "SELECT honker_sweep_expired('q')",
  ]) {
    it(`fails at once with SQLITE_BUSY: ${sql}`, () => {
      const { holder, run } = connections();
      expect(run('SELECT honker_busy_limit(0)')).toBe(0);
      holder.exec('BEGIN IMMEDIATE');
      const error = failure(() => run(sql));
      expect(error.code).toBe('SQLITE_BUSY');
      expect(error.message).toBe(`${sql.slice(7, sql.indexOf('('))}: database is locked`);
      holder.exec('COMMIT');
      expect(() => run(sql)).not.toThrow();
    });
  }

  it('of some milliseconds waits for as long, and not for the timeout', () => {
    for (const ours of [false, true]) {
      const { holder, run } = connections();
      if (ours) run('SELECT honker_busy_timeout(60000)');
      expect(run('SELECT honker_busy_limit(30)')).toBe(30);
      holder.exec('BEGIN IMMEDIATE');
      const start = performance.now();
      expect(failure(() => run(enqueue)).code).toBe('SQLITE_BUSY');
      expect(performance.now() - start).toBeGreaterThanOrEqual(29);
    }
  });

  it('doesn’t make a wait longer than the timeout', () => {
    const { holder, run } = connections(1);
    run('SELECT honker_busy_limit(60000)');
    holder.exec('BEGIN IMMEDIATE');
    expect(failure(() => run(enqueue)).code).toBe('SQLITE_BUSY'); // after 1 ms, not a minute
  });

  it('puts SQLite’s own timeout back, however often it was called', () => {
    const { run, busyTimeout } = connections(1234);
    run('SELECT honker_busy_limit(0)');
    run('SELECT honker_busy_limit(0)');
    expect(busyTimeout()).toBe(0);
    run('SELECT honker_busy_limit(NULL)');
    expect(busyTimeout()).toBe(1234);
    run('SELECT honker_busy_limit(NULL)');
    expect(busyTimeout()).toBe(1234);
  });

  it('holds under the fair handler too, which is back afterwards', async () => {
    const { path, holder, run } = connections();
    run('SELECT honker_busy_timeout(60000)');
    run('SELECT honker_busy_limit(0)');
    holder.exec('BEGIN IMMEDIATE');
    expect(failure(() => run(enqueue)).code).toBe('SQLITE_BUSY');
    holder.exec('COMMIT');
    run('SELECT honker_busy_limit(NULL)');
    const program = new Program('hold-lock.mjs', path);
    expect(await program.next()).toBe('locked');
    program.send('release');
    expect(run(enqueue)).toBe(2); // waited, or the lock was free already
    await program.end();
  });

  it('doesn’t undo a honker_busy_timeout() that came in between', () => {
    const { holder, run, busyTimeout } = connections(60_000);
    run('SELECT honker_busy_limit(0)');
    run('SELECT honker_busy_timeout(1)');
    run('SELECT honker_busy_limit(NULL)');
    expect(busyTimeout()).toBe(0); // our handler, not SQLite's
    holder.exec('BEGIN IMMEDIATE');
    expect(failure(() => run(enqueue)).code).toBe('SQLITE_BUSY'); // after 1 ms, not a minute
  });
});

describe('honker_busy_timeout', () => {
  it('gives up with SQLITE_BUSY after the timeout, and not before', () => {
    const { holder, run } = connections();
    expect(run('SELECT honker_busy_timeout(80)')).toBe(80);
    holder.exec('BEGIN IMMEDIATE');
    for (const sql of [enqueue, batch]) {
      const start = performance.now();
      expect(failure(() => run(sql)).code).toBe('SQLITE_BUSY');
      expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    }
  });

  it('of 0 removes the handler: no wait at all', () => {
    const { holder, run } = connections();
    run('SELECT honker_busy_timeout(60000)');
    expect(run('SELECT honker_busy_timeout(0)')).toBe(0);
    holder.exec('BEGIN IMMEDIATE');
    expect(failure(() => run(enqueue)).code).toBe('SQLITE_BUSY');
  });

  it('waits until another process lets go', async () => {
    const { path, db } = connections();
    const holder = new Program('hold-lock.mjs', path);
    expect(await holder.next()).toBe('locked');
    const waiter = new Program('wait-for-lock.mjs', path);
    expect(await waiter.next()).toBe('begins');
    holder.send('release');
    expect(await waiter.next()).toEqual({ answer: 2 });
    await Promise.all([holder.end(), waiter.end()]);
    expect(db.prepare('SELECT count(*) FROM _honker_live').pluck().get()).toBe(2);
  });

  it('a read snapshot that has grown old fails with its own code, without waiting', () => {
    const { db, holder, run } = connections();
    run('SELECT honker_busy_timeout(60000)');
    db.exec('BEGIN');
    run('SELECT count(*) FROM _honker_live');
    holder.exec("INSERT INTO _honker_live (queue, payload) VALUES ('q', '1')");
    expect(failure(() => run(enqueue)).code).toBe('SQLITE_BUSY_SNAPSHOT');
    db.exec('ROLLBACK');
  });
});
