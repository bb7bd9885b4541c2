import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { watchCommits } from '../../dist/esm/index.js';
import { hasProc, threadCount } from '../process-state.js';
import { backends, database, News } from './watched.js';

/** Every descriptor of the process, by what it refers to. */
const descriptors = () => readdirSync('/proc/self/fd').length;

describe.skipIf(!hasProc).each(backends)('the %s watcher, once closed', (backend) => {
  it('01 has left no thread and no descriptor, 50 times, and no close waits for an interval', () => {
    const { path, commit } = database();
    // SQLite keeps the descriptor of a closed connection while another one has locks, for the next to use.
    watchCommits(path, () => undefined, { backend }).close();
    const before = { threads: threadCount(), descriptors: descriptors() };
    let slowestMs = 0;
    for (let i = 0; i < 50; i++) {
      const watcher = watchCommits(path, () => undefined, { backend, pollMs: 60_000 });
      if (i % 2) commit();
      const closing = performance.now();
      watcher.close();
      slowestMs = Math.max(slowestMs, performance.now() - closing);
    }
    expect({ threads: threadCount(), descriptors: descriptors() }).toEqual(before);
    expect(slowestMs).toBeLessThan(250); // half of the shortest look that a long interval gets
  });

  it('02 by the end of a worker thread has left nothing behind', async () => {
    const shared = database();
    const alone = database();
    const own = new News(shared.path, { backend });
    const before = threadCount();
    const program = new URL('./programs/watch-in-thread.mjs', import.meta.url);
    for (const { path } of [shared, alone, shared, alone]) {
      const worker = new Worker(program, { workerData: { path, backend } });
      expect(await once(worker, 'message')).toEqual(['open']);
      await worker.terminate();
      shared.commit();
      await own.another(); // the thread that both shared still works
    }
    expect(threadCount()).toBe(before);
  });
});
