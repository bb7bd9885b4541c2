import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasProc, mappedFiles, openFiles, threadCount } from './process-state.js';
import { Program } from './program.js';
import { canTrace, strace } from './strace.js';
import { temporaryDirectory } from './temporary-directory.js';

const enqueue = "SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)";
const PAGES = 20;
/** What the thread may be behind before commits wait for it. */
const BACKLOG = 32 * PAGES;

function database() {
  const path = join(temporaryDirectory(), 'a.db');
  const connect = () => {
    const db = new Database(path, { timeout: 60_000 });
    onTestFinished(() => void db.close());
    return db;
  };
  const db = connect();
  db.pragma('journal_mode = WAL');
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  const statement = db.prepare(enqueue);
  return { path, db, connect, enqueue: () => statement.get() };
}

/** How often the -wal has begun again, as its header tells. */
function walNumber(path: string): number {
  const wal = openSync(`${path}-wal`, 'r');
  const header = Buffer.alloc(32);
  readSync(wal, header, 0, 32, 0);
  closeSync(wal);
  return header.readUInt32BE(12);
}

/** Enqueues until the -wal has begun again so many times: the thread comes to it when it does. */
async function walBeginsAgain(path: string, enqueue: () => void, times: number): Promise<void> {
  for (const from = walNumber(path); walNumber(path) < from + times; ) {
    enqueue();
    await nextImmediate();
  }
}

const walPages = (path: string) => Math.floor(statSync(`${path}-wal`).size / 4096);

describe('honker_wal_autocheckpoint', () => {
  it('keeps the -wal of four processes that write without a pause small', async () => {
    const { path, db } = database();
    const jobs = 15_000;
    const setup =
      'SELECT honker_busy_timeout(60000), honker_wal_autocheckpoint(1000); PRAGMA synchronous = NORMAL';
    const programs = Array.from(
      { length: 4 },
      () => new Program('enqueue-many.mjs', path, String(jobs), setup),
    );
    await Promise.all(programs.map((program) => program.next()));
    for (const program of programs) program.send('begin');
    const largest = Math.max(...(await Promise.all(programs.map((p) => p.next<number>()))));
    await Promise.all(programs.map((program) => program.end()));
    expect(db.prepare('SELECT count(*) FROM _honker_live').pluck().get()).toBe(4 * jobs);
    expect(largest).toBeGreaterThan(1000 * 4096);
    // Usually 20 to 40 MB, and what the others write while the disk stands still; with SQLite’s own checkpoints, or
    // without those that have it begin again, 700 to 800.
    expect(largest).toBeLessThan(350e6);
  });

  it('copies the -wal into the file each so many pages, and then it begins again', async () => {
    const { path, db, enqueue } = database();
    expect(db.prepare('SELECT honker_wal_autocheckpoint(?)').pluck().get(PAGES)).toBe(PAGES);
    await walBeginsAgain(path, enqueue, 100);
    expect(walPages(path)).toBeLessThan(2 * BACKLOG);
  });

  it.skipIf(!canTrace)('flushes where it commits only when the -wal begins again', () => {
    const { path, db } = database();
    const log = `${path}.strace`;
    const program = fileURLToPath(new URL('programs/enqueue-for-strace.mjs', import.meta.url));
    const args = [...strace, '-e', 'trace=fdatasync,fsync', '-o', log, process.execPath, program];
    const { stderr, stdout } = spawnSync('strace', [...args, path, '800'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const flushes = readFileSync(log, 'utf8').match(/^\d+/gm) ?? [];
    const restarts = walNumber(path);
    expect(restarts).toBeGreaterThan(5);
    expect(flushes.length).toBeGreaterThan(4 * restarts);
    expect(flushes.filter((thread) => thread === stdout).length).toBeLessThanOrEqual(restarts + 1);
    expect(db.prepare('SELECT count(*) FROM _honker_live').pluck().get()).toBe(800);
  });

  it('of 0 makes none at all, and lets a thread that made some end', async () => {
    const { path, db, enqueue } = database();
    const threads = hasProc ? threadCount() : 0;
    db.exec(`SELECT honker_wal_autocheckpoint(${PAGES})`);
    await walBeginsAgain(path, enqueue, 1);
    if (hasProc) expect(threadCount()).toBe(threads + 1);
    db.exec('SELECT honker_wal_autocheckpoint(0)');
    if (hasProc) expect(threadCount()).toBe(threads);
    enqueue(); // begins the -wal again, if all of it was copied
    const before = walNumber(path);
    for (let i = 0; i < 500; i++) enqueue();
    expect(walNumber(path)).toBe(before);
    expect(walPages(path)).toBeGreaterThan(1200);
  });

  it('doesn’t wait for a reader that stays', async () => {
    const { path, db, connect, enqueue } = database();
    db.exec(`SELECT honker_wal_autocheckpoint(${PAGES})`);
    await walBeginsAgain(path, enqueue, 1);
    const reader = connect();
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM _honker_live').get();
    const before = walNumber(path);
    for (let i = 0; i < 500; i++) enqueue(); // a minute each, if they waited for it
    expect(walNumber(path)).toBe(before);
    expect(walPages(path)).toBeGreaterThan(1200);
    reader.exec('COMMIT');
    await walBeginsAgain(path, enqueue, 1);
  });

  it('makes them in the commit where the thread can’t have the file', () => {
    const { path, db, enqueue } = database();
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec(`SELECT honker_wal_autocheckpoint(${PAGES})`);
    const before = walNumber(path);
    for (let i = 0; i < BACKLOG; i++) enqueue();
    expect(walNumber(path)).toBeGreaterThan(before);
    expect(walPages(path)).toBeLessThan(BACKLOG + 4 * PAGES);
  });

  it.skipIf(!hasProc)('leaves no thread and no descriptor behind', async () => {
    const threads = threadCount();
    for (let i = 0; i < 20; i++) {
      const { path, db, enqueue } = database();
      db.exec(`SELECT honker_wal_autocheckpoint(${PAGES})`);
      await walBeginsAgain(path, enqueue, 1);
      db.close();
      expect(openFiles(path)).toEqual([]);
      expect(mappedFiles(path)).toEqual([]);
      expect(existsSync(`${path}-wal`)).toBe(false);
    }
    expect(threadCount()).toBe(threads);
  });

  it('copies an attached database’s -wal, too', () => {
    const { path, db } = database();
    db.exec(`SELECT honker_wal_autocheckpoint(${PAGES}); ATTACH '${path}-2' AS other`);
    db.exec('PRAGMA other.journal_mode = WAL; CREATE TABLE other.t (x)');
    const before = walNumber(`${path}-2`);
    const insert = db.prepare('INSERT INTO other.t VALUES (1)');
    for (let i = 0; i < 200; i++) insert.run();
    expect(walNumber(`${path}-2`)).toBeGreaterThan(before + 3);
  });
});
