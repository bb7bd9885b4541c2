import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { chdir, cwd } from 'node:process';
import { open } from '@honker/core';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { atEnd } from './cleanup.js';
import { countResources, leakedSince } from './leaks.js';
import { Program } from './program.js';
import { openRaw, TestDatabase, temporaryDirectory, temporaryPath } from './temporary-database.js';

const pragma = (raw: BetterSqlite3.Database, name: string) => raw.pragma(name, { simple: true });

describe('open(path)', () => {
  it('makes the file, with WAL, synchronous NORMAL and foreign keys', () => {
    const path = temporaryPath();
    const db = open(path);
    expect(db.isOpen).toBe(true);
    expect(db.path).toBe(path);
    expect(db.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(db.query('PRAGMA synchronous')).toEqual([{ synchronous: 1 }]);
    expect(db.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    db.close();
  });

  it('opens a file again, and finds the jobs there', () => {
    const { db, path } = new TestDatabase();
    const id = db.queue('q').enqueue('kept');
    db.close();
    const again = open(path);
    expect(again.queue('q').getJob(id)?.payload).toBe('kept');
    again.close();
  });

  it('reaches a file through a link, and wakes there', async () => {
    const test = new TestDatabase();
    const link = join(temporaryDirectory(), 'link.db');
    symlinkSync(test.path, link);
    const db = open(link);
    const worker = db.queue('q').work(() => {});
    test.db.queue('q').enqueue(1);
    await once(worker, 'completed');
    await worker.stop();
    db.close();
  });

  it('stays with its file when the process changes its directory', async () => {
    const directory = temporaryDirectory();
    const before = cwd();
    atEnd(() => chdir(before));
    chdir(directory);
    const db = open('app.db');
    atEnd(() => db.close());
    chdir(before);
    const worker = db.queue('q').work(() => {});
    db.queue('q').enqueue(1);
    await once(worker, 'completed');
    await worker.stop();
  });

  it.each([[':memory:'], [''], ['   '], [' :memory: ']])(
    'refuses %j: no worker could see it',
    (path) => {
      expect(() => open(path).close()).toThrow(/in-memory database belongs to one connection/);
    },
  );

  it('refuses a path with a NUL, which SQLite would cut there', () => {
    expect(() => open('a\0b')).toThrow(/path must not contain a NUL/);
  });

  it('fails for a directory that is missing, and for a file that is no database', () => {
    const directory = temporaryDirectory();
    const resources = countResources();
    const missing = join(directory, 'missing', 'app.db');
    const named = `cannot open ${missing}: Cannot open database because`;
    expect(() => open(missing)).toThrow(named);
    expect(() => open(missing)).toThrow(
      expect.objectContaining({ stack: expect.stringContaining(named) }),
    );
    const path = join(directory, 'text.db');
    writeFileSync(path, 'this is not a database, though it is long enough to be one\n'.repeat(100));
    expect(() => open(path)).toThrow(expect.objectContaining({ code: 'SQLITE_NOTADB' }));
    expect(() => open(relative(process.cwd(), path))).toThrow(`cannot open ${path}: `);
    expect(leakedSince(resources)).toEqual([]);
  });

  it('can be done by many processes at once on a file that does not exist yet', async () => {
    const path = temporaryPath();
    const programs = Array.from({ length: 6 }, () => new Program('open-and-enqueue.mjs', [path]));
    await Promise.all(programs.map((program) => program.message()));
    for (const program of programs) program.send('go');
    for (const program of programs) await program.success();
    const db = open(path);
    expect(db.queue('q').stats().ready).toBe(6);
    db.close();
  });

  it('says where it has looked for the extension', async () => {
    const program = new Program('open-and-enqueue.mjs', [temporaryPath()], {
      HONKER_EXTENSION_PATH: '/no/such/extension.so',
    });
    await program.message();
    program.send('go');
    const { code, stderr } = await program.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('ExtensionNotFoundError');
    expect(stderr).toContain('/no/such/extension.so');
  });
});

describe('open(connection)', () => {
  it('leaves its pragmas alone, and does not close it', () => {
    const raw = openRaw(temporaryPath(), { timeout: 77 });
    raw.pragma('synchronous = OFF');
    raw.pragma('foreign_keys = OFF');
    const db = open(raw);
    const id = db.queue('q').enqueue(1);
    expect(pragma(raw, 'journal_mode')).toBe('delete');
    expect(pragma(raw, 'synchronous')).toBe(0);
    expect(pragma(raw, 'foreign_keys')).toBe(0);
    expect(pragma(raw, 'busy_timeout')).toBe(77);
    db.close();
    expect(db.isOpen).toBe(false);
    expect(raw.open).toBe(true);
    expect(raw.prepare('SELECT id FROM _honker_live').pluck().all()).toEqual([id]);
  });

  it('works without WAL too, and with ids as bigints', async () => {
    const raw = openRaw(temporaryPath());
    raw.defaultSafeIntegers(true);
    const db = open(raw);
    const queue = db.queue('q');
    const worker = queue.work((job) => expect(job.payload).toBe('x'));
    const id = queue.enqueue('x');
    expect(id).toBe(1);
    const [job] = await once(worker, 'completed');
    expect(job.id).toBe(1);
    await worker.stop();
    db.close();
  });

  it('can be opened, used and closed over and over', () => {
    const raw = openRaw(temporaryPath());
    for (let i = 1; i <= 3; i++) {
      const db = open(raw);
      expect(db.queue('q').enqueue(i)).toBe(i);
      db.close();
    }
  });

  it('is done with when the application has closed it', () => {
    const raw = openRaw(temporaryPath());
    const db = open(raw);
    const queue = db.queue('q');
    raw.close();
    expect(db.isOpen).toBe(false);
    expect(() => queue.enqueue(1)).toThrow(expect.objectContaining({ code: 'HONKER_CLOSED' }));
    db.close();
  });

  it('refuses one that is closed, in memory, read-only, in a transaction, or no better-sqlite3', () => {
    const path = temporaryPath();
    new BetterSqlite3(path).exec('CREATE TABLE t (x)').close();
    const closed = new BetterSqlite3(path);
    closed.close();
    expect(() => open(closed)).toThrow(expect.objectContaining({ code: 'HONKER_CLOSED' }));
    expect(() => open(openRaw(':memory:'))).toThrow(/in-memory/);
    expect(() => open(openRaw(path, { readonly: true }))).toThrow(/read-only/);
    const busy = openRaw(path);
    busy.exec('BEGIN');
    expect(() => open(busy)).toThrow(expect.objectContaining({ code: 'HONKER_TRANSACTION_OPEN' }));
    const openAnything = open as (database: unknown) => unknown;
    for (const wrong of [null, undefined, 5, {}, Buffer.from(path), [path]]) {
      expect(() => openAnything(wrong)).toThrow(/takes the path of a database file/);
    }
    expect(openRaw(path).prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['t']);
  });
});

describe('close()', () => {
  it('may be called twice, and leaves nothing of the file open', () => {
    const path = temporaryPath();
    const resources = countResources();
    for (let i = 0; i < 20; i++) {
      const db = open(path);
      db.queue('q').enqueue(i);
      expect(db.queue('q').claimBatch('w', 1)[0]?.ack()).toBe(true);
      db.close();
      db.close();
    }
    expect(leakedSince(resources)).toEqual([]);
  });

  it('is what `using` does', () => {
    let kept: { isOpen: boolean };
    {
      using db = open(temporaryPath());
      kept = db;
      expect(kept.isOpen).toBe(true);
    }
    expect(kept.isOpen).toBe(false);
  });

  it('makes every later call fail by name', async () => {
    const { db } = new TestDatabase();
    const queue = db.queue('q');
    queue.enqueue(1);
    const job = queue.claimOne('w');
    db.close();
    const closed = expect.objectContaining({ code: 'HONKER_CLOSED' });
    for (const call of [
      () => queue.enqueue(1),
      () => queue.enqueueMany([1]),
      () => queue.claimOne('w'),
      () => queue.getJob(1),
      () => queue.stats(),
      () => queue.dead.list(),
      () => queue.work(() => {}),
      () => db.transaction(),
      () => db.query('SELECT 1'),
      () => job?.ack(),
      () => job?.heartbeat(),
    ]) {
      expect(call).toThrow(closed);
    }
    await expect(queue.claim('w').next()).rejects.toEqual(closed);
  });
});
