import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Program } from './program.js';
import { temporaryDirectory } from './temporary-directory.js';

const enqueue = "SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)";
const PAGES = 20;

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

  it('copies the -wal into the file each so many pages, and then it begins again', () => {
    const { path, db, enqueue } = database();
    expect(db.prepare('SELECT honker_wal_autocheckpoint(?)').pluck().get(PAGES)).toBe(PAGES);
    const before = walNumber(path);
    for (let i = 0; i < 500; i++) enqueue();
    expect(walNumber(path)).toBeGreaterThan(before + 10);
    expect(walPages(path)).toBeLessThan(4 * PAGES);
  });

  it('of 0 makes none at all', () => {
    const { path, db, enqueue } = database();
    db.exec(`SELECT honker_wal_autocheckpoint(${PAGES}), honker_wal_autocheckpoint(0)`);
    for (let i = 0; i < 500; i++) enqueue();
    expect(walPages(path)).toBeGreaterThan(1200);
  });

  for (const handler of ['SQLite’s', 'our own']) {
    it(`doesn’t wait for a reader that stays, under ${handler} busy handler`, () => {
      const { path, db, connect, enqueue } = database();
      if (handler === 'our own') db.exec('SELECT honker_busy_timeout(60000)');
      const timeout = db.pragma('busy_timeout', { simple: true });
      db.exec(`SELECT honker_wal_autocheckpoint(${PAGES})`);
      const reader = connect();
      enqueue(); // copies what the bootstrap wrote
      enqueue(); // begins the -wal again, and a reader of what is in there keeps it
      reader.exec('BEGIN');
      expect(reader.prepare('SELECT count(*) FROM _honker_live').pluck().get()).toBe(2);
      const before = walNumber(path);
      for (let i = 0; i < 500; i++) enqueue(); // a minute each, if they waited for it
      expect(walNumber(path)).toBe(before);
      expect(walPages(path)).toBeGreaterThan(1200);
      expect(db.pragma('busy_timeout', { simple: true })).toBe(timeout);
      reader.exec('COMMIT');
      for (let i = 0; i < 2 * PAGES; i++) enqueue();
      expect(walNumber(path)).toBeGreaterThan(before);
    });
  }

  for (const limitMs of [0, 30]) {
    it(`leaves a limit of ${limitMs} ms as it is`, () => {
      const { db, connect, enqueue } = database();
      db.exec(`SELECT honker_busy_limit(60000), honker_wal_autocheckpoint(${PAGES})`);
      const other = connect();
      enqueue();
      enqueue();
      other.exec('BEGIN');
      other.prepare('SELECT count(*) FROM _honker_live').get();
      for (let i = 0; i < 10 * PAGES; i++) enqueue(); // a minute each, if they waited for it
      db.exec(`SELECT honker_busy_limit(${limitMs})`);
      for (let i = 0; i < 10 * PAGES; i++) enqueue();
      other.exec('COMMIT; BEGIN IMMEDIATE');
      const asked = performance.now();
      expect(enqueue).toThrow('database is locked');
      expect(performance.now() - asked).toBeGreaterThanOrEqual(limitMs - 1);
      db.exec('SELECT honker_busy_limit(NULL)');
      expect(db.pragma('busy_timeout', { simple: true })).toBe(60_000);
    });
  }

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
