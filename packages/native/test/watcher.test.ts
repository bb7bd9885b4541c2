import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type CommitWatcher, extensionPath, watchCommits } from '@honker/native';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasProc, threadCount } from './process-state.js';
import { Program } from './program.js';
import { temporaryDirectory } from './temporary-directory.js';

function database(name = 'a.db') {
  const path = join(temporaryDirectory(), name);
  const db = new Database(path);
  onTestFinished(() => {
    db.close();
  });
  db.pragma('journal_mode = WAL');
  db.loadExtension(extensionPath());
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY)');
  return { path, db, commit: () => db.exec('INSERT INTO t DEFAULT VALUES') };
}

/** A watcher whose news can be awaited, closed with the test. */
class News {
  readonly all: boolean[] = [];
  readonly watcher: CommitWatcher;
  #seen = 0;
  #changed: (() => void) | undefined;

  constructor(path: string, onNews: (alive: boolean) => void = () => undefined) {
    this.watcher = watchCommits(path, (alive) => {
      onNews(alive);
      this.all.push(alive);
      this.#changed?.();
    });
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
}

describe('watchCommits', () => {
  it('wakes on a commit of the same process', async () => {
    const { path, commit } = database();
    const news = new News(path);
    for (let i = 0; i < 20; i++) {
      commit();
      expect(await news.next()).toBe(true);
    }
  });

  it('wakes on a commit of another process', async () => {
    const { path } = database();
    const program = new Program('commit.mjs', path);
    await program.next();
    const news = new News(path);
    for (let i = 0; i < 20; i++) {
      program.send('1');
      expect(await news.next()).toBe(true);
      await program.next();
    }
  });

  it('many commits collapse, and the last of them is followed by a wake', async () => {
    const { path, db } = database();
    const program = new Program('commit.mjs', path);
    await program.next();
    const count = db.prepare('SELECT count(*) FROM t').pluck();
    const commits = 2000;
    let wakes = 0;
    const all = new Promise<void>((resolve) => {
      new News(path, () => {
        wakes++;
        if (count.get() === commits) resolve();
      });
    });
    program.send(String(commits));
    await all; // without a wake after the last commit it never comes
    expect(wakes).toBeLessThan(commits);
  });

  it('a transaction that is rolled back wakes nobody', async () => {
    const { path, db, commit } = database();
    const first = new News(path);
    db.exec('BEGIN IMMEDIATE; INSERT INTO t DEFAULT VALUES; ROLLBACK');
    commit();
    expect(await first.next()).toBe(true);
    expect(first.all).toEqual([true]);
  });

  it('survives checkpoints, VACUUM and a change of the schema', async () => {
    const { path, db, commit } = database();
    const news = new News(path);
    commit();
    await news.next();
    for (const sql of [
      'PRAGMA wal_checkpoint(TRUNCATE)',
      'VACUUM',
      'CREATE TABLE u (x)',
      'DROP TABLE u',
    ]) {
      db.exec(sql);
      const seen = news.all.length;
      commit();
      while (news.all.length === seen) await news.next();
    }
    expect(news.all).not.toContain(false);
  });

  it('works in journal_mode DELETE', async () => {
    const { path, db, commit } = database();
    db.pragma('journal_mode = DELETE');
    const news = new News(path);
    commit();
    expect(await news.next()).toBe(true);
  });

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
  ] as const) {
    it.skipIf(process.platform === 'win32')(
      `tells false, once, when the file was ${what}`,
      async () => {
        const { path, db } = database();
        const news = new News(path);
        db.pragma('wal_checkpoint(TRUNCATE)');
        change(path);
        while (await news.next()) {}
        expect(news.all.filter((alive) => !alive)).toHaveLength(1);
        news.watcher.close();
        if (what !== 'replaced') return;
        const again = new News(path); // the new file is another one, watched afresh
        const writer = new Database(path);
        writer.exec('INSERT INTO t DEFAULT VALUES');
        writer.close();
        expect(await again.next()).toBe(true);
      },
    );
  }

  it('calls nothing after close(), which may be called from the callback and twice', async () => {
    const { path, commit } = database();
    const other = new News(path);
    const closing = new News(path, () => closing.watcher.close());
    commit();
    expect(await closing.next()).toBe(true);
    closing.watcher.close();
    const seen = other.all.length;
    commit();
    while (other.all.length <= seen) await other.next();
    expect(closing.all).toEqual([true]);
    closing.watcher.ref();
    closing.watcher.unref();
  });

  it('is refused for a file that isn’t there, and for one that no connection loaded the extension for', () => {
    const missing = join(temporaryDirectory(), 'missing.db');
    expect(() => watchCommits(missing, () => undefined)).toThrow(
      expect.objectContaining({
        code: 'HONKER_WATCHER',
        message: `cannot watch ${missing}: there is no such file`,
      }),
    );
    expect(() => watchCommits('', () => undefined)).toThrow('there is no such file');
  });

  it.skipIf(!hasProc)('all watchers of one file share one thread, by whatever path', () => {
    const { path } = database();
    const link = join(temporaryDirectory(), 'link.db');
    symlinkSync(path, link);
    const before = threadCount();
    const watchers = [path, path, link].map((each) => watchCommits(each, () => undefined));
    expect(threadCount()).toBe(before + 1);
    watchers[0]?.close();
    expect(threadCount()).toBe(before + 1);
    const elsewhere = watchCommits(database('b.db').path, () => undefined);
    expect(threadCount()).toBe(before + 2);
    for (const watcher of [...watchers, elsewhere]) watcher.close();
    expect(threadCount()).toBe(before);
  });
});

describe('a process', () => {
  it('ends by itself while a watcher is open', async () => {
    const program = new Program('watch-and-end.mjs', database().path, 'unref');
    expect(await program.next()).toBe('open');
    await program.end();
  });

  it('with a ref()ed one lives until that is closed', async () => {
    const { path, commit } = database();
    const program = new Program('watch-and-end.mjs', path, 'ref');
    expect(await program.next()).toBe('open');
    commit();
    expect(await program.next()).toBe('woken');
    await program.end();
  });

  it('ends when the one that it had was closed', async () => {
    const program = new Program('watch-and-end.mjs', database().path, 'close');
    expect(await program.next()).toBe('open');
    await program.end();
  });

  it('keeps a watcher that nobody holds on to', () => {
    const program = fileURLToPath(new URL('./programs/forgotten-watcher.mjs', import.meta.url));
    const { path } = database();
    const result = spawnSync(process.execPath, ['--expose-gc', program, path], {
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('woken\n');
  });
});

describe.skipIf(!hasProc)('a worker thread', () => {
  it('that is terminated with an open watcher leaves no thread behind', async () => {
    const { path, commit } = database();
    const own = new News(path);
    const before = threadCount();
    const program = new URL('./programs/watch-in-thread.mjs', import.meta.url);
    for (let i = 0; i < 5; i++) {
      const worker = new Worker(program, { workerData: path });
      expect(await once(worker, 'message')).toEqual(['open']);
      await worker.terminate();
      commit();
      await own.next(); // the thread that both shared still works
    }
    const alone = database('b.db').path;
    const worker = new Worker(program, { workerData: alone });
    expect(await once(worker, 'message')).toEqual(['open']);
    await worker.terminate();
    expect(threadCount()).toBe(before);
  });
});
