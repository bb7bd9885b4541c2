import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { hasProc, threadCount } from '../process-state.js';
import { Program } from '../program.js';
import { database, News } from './watched.js';

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
    const program = fileURLToPath(new URL('../programs/forgotten-watcher.mjs', import.meta.url));
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
    const program = new URL('../programs/watch-in-thread.mjs', import.meta.url);
    for (let i = 0; i < 5; i++) {
      const worker = new Worker(program, { workerData: path });
      expect(await once(worker, 'message')).toEqual(['open']);
      await worker.terminate();
      commit();
      await own.next(); // the thread that both shared still works
    }
    const alone = database().path;
    const worker = new Worker(program, { workerData: alone });
    expect(await once(worker, 'message')).toEqual(['open']);
    await worker.terminate();
    expect(threadCount()).toBe(before);
  });
});
