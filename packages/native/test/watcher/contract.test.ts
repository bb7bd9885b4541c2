import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchCommits } from '../../dist/esm/index.js';
import { hasProc, threadCount } from '../process-state.js';
import { Program } from '../program.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { backends, database, News } from './watched.js';

const committer = '../watcher/programs/commit-on-demand.mjs';
/** A replaced file is reported within this time. */
const REPORTED_MS = 1000;

describe.each(backends)('the %s watcher', (backend) => {
  for (const mode of ['WAL', 'DELETE', 'TRUNCATE', 'PERSIST', 'MEMORY', 'OFF']) {
    it(`01 wakes on each commit of this process, in journal_mode ${mode}`, async () => {
      const { path, commit } = database(mode);
      const news = new News(path, { backend });
      for (let i = 0; i < 10; i++) {
        commit();
        expect(await news.another()).toBe(true);
      }
    });

    it(`02 wakes on each commit of another process, in journal_mode ${mode}`, async () => {
      const { path, db } = database(mode);
      const program = new Program(committer, path, 'FULL', mode);
      await program.next();
      const rows = db.prepare('SELECT count(*) FROM t').pluck();
      const news = new News(path, { backend });
      for (let i = 1; i <= 20; i++) {
        program.send('1');
        do expect(await news.next()).toBe(true);
        while (rows.get() !== i);
        await program.next();
      }
    });
  }

  it('03 a transaction that was rolled back wakes nobody', async () => {
    const { path, db, commit } = database();
    const news = new News(path, { backend });
    db.exec('BEGIN IMMEDIATE; INSERT INTO t DEFAULT VALUES; ROLLBACK');
    commit();
    expect(await news.next()).toBe(true);
    expect(news.all).toEqual([true]);
  });

  it('04 a transaction that spills into the -wal before it is rolled back wakes nobody', async () => {
    const { path, db, commit } = database();
    const news = new News(path, { backend });
    db.pragma('cache_size = 5');
    db.exec(`BEGIN; CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < 20000) SELECT i, hex(randomblob(50)) AS text FROM n; ROLLBACK`);
    expect(news.all).toEqual([]);
    commit();
    expect(await news.next()).toBe(true);
    expect(news.all).toEqual([true]);
  });

  it('05 many commits collapse, and the last of them is followed by a wake', async () => {
    const { path, db } = database();
    const program = new Program(committer, path);
    await program.next();
    const rows = db.prepare('SELECT count(*) FROM t').pluck();
    const news = new News(path, { backend });
    program.send('2000');
    do await news.next();
    while (rows.get() !== 2000); // without a wake after the last commit it never ends
    expect(news.all.length).toBeLessThan(2000);
  });

  it('06 sees commits after checkpoints, VACUUM, changes of the schema', async () => {
    const { path, db, commit } = database();
    const news = new News(path, { backend });
    for (const sql of [
      'PRAGMA wal_checkpoint(PASSIVE)',
      'PRAGMA wal_checkpoint(FULL)',
      'PRAGMA wal_checkpoint(RESTART)',
      'PRAGMA wal_checkpoint(TRUNCATE)',
      'VACUUM',
      'CREATE TABLE u (x); DROP TABLE u',
    ]) {
      db.exec(sql);
      await new Promise(setImmediate); // a wake of it is over before the next commit
      commit();
      expect(await news.another()).toBe(true);
    }
    expect(news.all).not.toContain(false);
  });

  it('07 follows a switch to WAL, and keeps one from WAL away', async () => {
    const { path, db, commit } = database('DELETE');
    const news = new News(path, { backend });
    commit();
    expect(await news.next()).toBe(true);
    db.pragma('journal_mode = WAL');
    for (let i = 0; i < 5; i++) {
      commit();
      expect(await news.another()).toBe(true);
    }
    db.pragma('busy_timeout = 0');
    expect(() => db.pragma('journal_mode = DELETE')).toThrow('database is locked');
    news.watcher.close();
    db.pragma('journal_mode = DELETE');
  });

  it('08 sees what was committed under a lock that it could not pass', async () => {
    const { path, db, commit } = database('DELETE');
    const news = new News(path, { backend });
    db.pragma('locking_mode = EXCLUSIVE');
    commit();
    db.pragma('locking_mode = NORMAL');
    db.exec('SELECT 1 FROM t'); // gives the lock back
    expect(await news.next()).toBe(true);
  });

  it('09 wakes when the last other connection closes and a new one commits', async () => {
    const { path, db, commit } = database();
    const news = new News(path, { backend });
    commit();
    await news.next();
    db.close();
    const later = new Database(path);
    later.exec('INSERT INTO t DEFAULT VALUES');
    later.close();
    expect(await news.another()).toBe(true);
  });

  it('10 is not held up by what happens to other files of the directory', async () => {
    const { path, commit } = database();
    const news = new News(path, { backend });
    const directory = dirname(path);
    for (let i = 0; i < 2000; i++) {
      writeFileSync(join(directory, `other-${i % 100}`), '');
      if (i % 100 === 99) for (let j = 0; j < 100; j++) rmSync(join(directory, `other-${j}`));
    }
    expect(news.all).toEqual([]);
    commit();
    expect(await news.next()).toBe(true);
  });

  const directoryOf = (path: string) => join(dirname(path), 'home');
  for (const [what, change] of [
    ['deleted', (path: string) => rmSync(path)],
    ['moved away', (path: string) => renameSync(path, `${path}.old`)],
    [
      'replaced',
      (path: string) => {
        copyFileSync(path, `${path}.new`);
        renameSync(`${path}.new`, path);
      },
    ],
    ['moved with its directory', (path: string) => renameSync(dirname(path), `${dirname(path)}-b`)],
  ] as const) {
    it.skipIf(process.platform === 'win32')(
      `11 tells every waiter, once and within a second, that the file was ${what}`,
      async () => {
        const home = directoryOf(join(temporaryDirectory(), 'x'));
        mkdirSync(home);
        const { path, db } = database('WAL', join(home, 'a.db'));
        const both = [new News(path, { backend }), new News(path, { backend })];
        db.pragma('wal_checkpoint(TRUNCATE)');
        change(path);
        const changed = performance.now();
        for (const news of both) while (await news.next()) {}
        expect(performance.now() - changed).toBeLessThan(REPORTED_MS);
        for (const news of both) {
          expect(news.all.filter((alive) => !alive)).toHaveLength(1);
          news.watcher.close();
        }
        if (what !== 'replaced') return;
        const again = new News(path, { backend }); // the new file is another one, watched afresh
        const writer = new Database(path);
        writer.exec('INSERT INTO t DEFAULT VALUES');
        writer.close();
        expect(await again.next()).toBe(true);
      },
    );
  }

  it('12 calls nothing after close(), which may be called from the callback and twice', async () => {
    const { path, commit } = database();
    const other = new News(path, { backend });
    const closing = new News(path, { backend }, () => closing.watcher.close());
    commit();
    expect(await closing.next()).toBe(true);
    closing.watcher.close();
    await other.next();
    commit();
    await other.another();
    expect(closing.all).toEqual([true]);
  });

  it('13 takes a path through a link and a name with characters of its own', async () => {
    const { path, commit } = database('WAL', join(temporaryDirectory(), 'ä % b-wal.db'));
    const link = join(temporaryDirectory(), 'link.db');
    symlinkSync(path, link);
    const news = new News(link, { backend });
    commit();
    expect(await news.next()).toBe(true);
  });

  it.skipIf(!hasProc)(
    '14 is one thread for a file, whoever watches, and one for each interval',
    () => {
      const { path } = database();
      const before = threadCount();
      const open = (pollMs = 0) => watchCommits(path, () => undefined, { backend, pollMs });
      const watchers = [open(), open(), open(backend === 'polling' ? 1 : 150)];
      expect(threadCount()).toBe(before + 1);
      watchers.push(open(20));
      expect(threadCount()).toBe(before + 2);
      for (const watcher of watchers) watcher.close();
      expect(threadCount()).toBe(before);
    },
  );

  it('15 refuses a file that is not there and an interval that is none', () => {
    const missing = join(temporaryDirectory(), 'missing.db');
    expect(() => watchCommits(missing, () => undefined, { backend })).toThrow(
      expect.objectContaining({
        code: 'HONKER_WATCHER',
        message: `cannot watch ${missing}: there is no such file`,
      }),
    );
    for (const pollMs of [-1, 1.5, 60_001, Number.NaN]) {
      const open = () => watchCommits(missing, () => undefined, { backend, pollMs });
      expect(open).toThrow(RangeError);
    }
  });

  it('16 tells how long the event loop took to come to a wake', async () => {
    const { path, commit } = database();
    const latencies: number[] = [];
    const woken = new Promise<void>((resolve) => {
      const watcher = watchCommits(
        path,
        (_alive, latencyMs) => {
          latencies.push(latencyMs);
          resolve();
        },
        { backend },
      );
      onTestFinished(() => watcher.close());
      watcher.ref();
    });
    commit();
    const BLOCKED_MS = 400; // of which the watcher needs at most 150 to look
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
    await woken;
    expect(latencies[0]).toBeGreaterThan(BLOCKED_MS / 2);
    expect(latencies[0]).toBeLessThan(60_000);
  });
});
