import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.js';
import { backends, database } from './watched.js';

function handles(db: Database.Database) {
  const one = (sql: string) => db.prepare(sql).pluck();
  return {
    open: (path: unknown, backend: unknown, ...pollMs: unknown[]) =>
      one(`SELECT honker_update_watcher_open(?, ?${pollMs.map(() => ', ?').join('')})`).get(
        path,
        backend,
        ...pollMs,
      ),
    wait: (id: unknown, ms: unknown) => one('SELECT honker_update_watcher_wait(?, ?)').get(id, ms),
    close: (id: unknown) => one('SELECT honker_update_watcher_close(?)').get(id),
  };
}

/** A thread that waits; resolves once it is about to. */
async function waitInThread(path: string, id: unknown) {
  const program = new URL('./programs/wait-in-thread.mjs', import.meta.url);
  const worker = new Worker(program, { workerData: { path, id, timeoutMs: 50_000 } });
  expect(await once(worker, 'message')).toEqual(['ready']);
  return { worker, news: once(worker, 'message').then(([news]) => news) };
}

const names = {
  polling: [null, '', 'polling', 'poll'],
  kernel: ['kernel', 'kernel-watcher'],
};

describe.each(backends)('a SQL handle on the %s watcher', (backend) => {
  it.each(names[backend])('01 under the name %o waits for a commit or its time', (name) => {
    const { path, db, commit } = database();
    const { open, wait, close } = handles(db);
    const id = open(path, name);
    expect(id).toBeGreaterThan(0);
    expect(wait(id, 0)).toBe(0);
    commit();
    expect(wait(id, 50_000)).toBe(1);
    expect(wait(id, 1)).toBe(0);
    expect(close(id)).toBe(1);
    expect(close(id)).toBe(0);
    expect(wait(id, 50_000)).toBe(-1);
  });

  it('02 takes an interval, as an integer or a whole REAL', () => {
    const { path, db, commit } = database();
    const { open, wait, close } = handles(db);
    for (const pollMs of [0, 1, 20n, 60_000]) {
      const id = open(path, backend, pollMs);
      commit();
      expect(wait(id, 50_000)).toBe(1);
      close(id);
    }
    expect(() => open(path, backend, 60_001)).toThrow('poll_interval_ms must be at most 60000');
    expect(() => open(path, backend, 1.5)).toThrow('poll_ms');
    expect(() => open(path, backend, -1)).toThrow('poll_ms');
    expect(() => open(path, backend, 'soon')).toThrow('poll_ms');
  });

  it('03 is closed under a thread that waits, which gets -1', async () => {
    const { path, db } = database();
    const { open, close } = handles(db);
    const id = open(path, backend);
    const waiting = await waitInThread(path, id);
    expect(close(id)).toBe(1);
    expect(await waiting.news).toBe(-1);
  });

  it('04 wakes a thread that waits, and another handle besides', async () => {
    const { path, db, commit } = database();
    const { open, wait, close } = handles(db);
    const [one, other] = [open(path, backend), open(path, backend)];
    const waiting = await waitInThread(path, one);
    commit();
    expect(await waiting.news).toBe(1);
    expect(wait(other, 50_000)).toBe(1);
    const later = open(path, backend);
    expect(wait(later, 0)).toBe(0); // the commit came before it
    for (const each of [one, other, later]) close(each);
  });

  it('05 answers -1 from the moment that its file is seen to be gone', () => {
    const { path, db } = database();
    const { open, wait, close } = handles(db);
    const id = open(path, backend, 60_000);
    const watched = open(path, backend, 60_000);
    rmSync(path);
    const removed = performance.now();
    while (wait(id, 1000) === 1) {}
    expect(performance.now() - removed).toBeLessThan(1000);
    for (const each of [id, watched]) {
      expect(wait(each, 50_000)).toBe(-1);
      expect(close(each)).toBe(1);
    }
  });
});

describe('honker_update_watcher_open', () => {
  it('06 refuses backends that it does not know, or has not', () => {
    const { path, db } = database();
    const { open } = handles(db);
    for (const name of ['inotify', 'Kernel', 'polling ', 'x'.repeat(5000)]) {
      expect(() => open(path, name)).toThrow(`unknown watcher backend ${name.slice(0, 900)}`);
    }
    for (const name of ['shm', 'shm-fast-path']) {
      expect(() => open(path, name)).toThrow(`watcher backend ${name} requires`);
    }
    if (process.platform === 'linux') return;
    for (const name of names.kernel) {
      expect(() => open(path, name)).toThrow(`watcher backend ${name} requires Linux`);
    }
  });

  it('07 refuses a path of no file', () => {
    const { db } = database();
    const { open } = handles(db);
    const missing = join(temporaryDirectory(), 'missing.db');
    expect(() => open(missing, null)).toThrow(`cannot watch ${missing}: there is no such file`);
    for (const path of ['', ':memory:']) {
      expect(() => open(path, null)).toThrow('there is no such file');
    }
    for (const path of [null, 7]) expect(() => open(path, null)).toThrow('path must');
  });
});
