import { once } from 'node:events';
import { copyFileSync, renameSync } from 'node:fs';
import { DatabaseReplacedError } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { countResources, lastingLeaks } from './leaks.js';
import { Program } from './program.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

/** Replaces the file by a copy of it, as a restored backup would. */
function replaceFile(path: string): void {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
}

/**
 * Closing a descriptor would drop the locks of the whole process, so SQLite keeps the one of a watcher
 * that has ended, for the next one, as long as another connection is open.
 */
async function watchOnce(): Promise<void> {
  const jobs = test.db.queue('watched once').claim('w', { signal: AbortSignal.abort() });
  await jobs.next();
}

describe('claim()', () => {
  it('gives the jobs that are there, one by one', async () => {
    const queue = test.db.queue<number>('q');
    queue.enqueueMany([1, 2, 3]);
    const seen: number[] = [];
    for await (const job of queue.claim('w')) {
      expect(job.workerId).toBe('w');
      expect(queue.stats().processing).toBe(1);
      seen.push(job.payload);
      job.ack();
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it('waits for a commit of another process', async () => {
    const producer = new Program('enqueue.mjs', [test.path, 'q']);
    await producer.message();
    const next = test.db.queue('q').claim('w').next();
    producer.send({ payload: 'hello', isLast: true });
    expect((await next).value).toMatchObject({ payload: 'hello' });
    await producer.success();
    test.db.close();
  });

  it('waits for one of its own process', async () => {
    const queue = test.db.queue('q');
    const jobs = queue.claim('w');
    const next = jobs.next();
    await new Promise((resolve) => setImmediate(resolve));
    const id = queue.enqueue(1);
    expect((await next).value?.id).toBe(id);
    await jobs.return();
  });

  it('waits for the time of a job', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1, { delay: 1 });
    const runAt = queue.getJob(id)?.runAt ?? 0;
    for await (const job of queue.claim('w')) {
      expect(job.id).toBe(id);
      expect(Date.now()).toBeGreaterThanOrEqual(runAt * 1000);
      break;
    }
  });

  it('ends at once on its signal, and leaves nothing behind', async () => {
    await watchOnce();
    const before = countResources();
    const controller = new AbortController();
    test.db.queue('q').enqueue('later', { delay: 3600 }); // a timer is set
    const next = test.db.queue('q').claim('w', { signal: controller.signal }).next();
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await lastingLeaks(before)).toEqual([]);
  });

  it('with a signal that has fired claims nothing', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    for await (const _ of queue.claim('w', { signal: AbortSignal.abort() })) expect.unreachable();
    expect(test.live()).toEqual([{ id, state: 'pending', attempts: 0 }]);
  });

  it('leaves no thread and no timer when the loop is left', async () => {
    await watchOnce();
    const before = countResources();
    const queue = test.db.queue('q');
    queue.enqueue(1);
    queue.enqueue(2, { delay: 3600 });
    for await (const job of queue.claim('w')) {
      job.ack();
      break;
    }
    expect(await lastingLeaks(before)).toEqual([]);
  });

  it('buries a row that is no JSON, and gives the next', async () => {
    test.raw.exec(`INSERT INTO _honker_live (queue, payload) VALUES ('q', '?'), ('q', '"good"')`);
    for await (const job of test.db.queue('q').claim('w')) {
      expect(job.payload).toBe('good');
      break;
    }
    expect(test.count('_honker_dead')).toBe(1);
  });

  it('shares a queue with others: each job goes to one', async () => {
    const queue = test.db.queue<number>('q');
    const controller = new AbortController();
    const seen: number[] = [];
    const consume = async (name: string) => {
      for await (const job of queue.claim(name, { signal: controller.signal })) {
        seen.push(job.payload);
        job.ack();
        if (seen.length === 50) controller.abort();
      }
    };
    const all = Promise.all(['a', 'b', 'c'].map(consume));
    queue.enqueueMany(Array.from({ length: 50 }, (_, i) => i));
    await all;
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('throws when the database is closed', async () => {
    const next = test.db.queue('q').claim('w').next();
    const closed = expect(next).rejects.toMatchObject({ code: 'HONKER_CLOSED' });
    await new Promise((resolve) => setImmediate(resolve));
    test.db.close();
    await closed;
  });

  it('throws when the file was replaced', async () => {
    const next = test.db.queue('q').claim('w').next();
    const replaced = expect(next).rejects.toThrow(DatabaseReplacedError);
    await new Promise((resolve) => setImmediate(resolve));
    replaceFile(test.path);
    await replaced;
    await expect(next).rejects.toMatchObject({ code: 'HONKER_DATABASE_REPLACED' });
  });
});

it('a worker ends when the file was replaced, and tells of it', async () => {
  const queue = test.db.queue('q');
  queue.enqueue(1);
  const worker = queue.work(
    (_job, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
  );
  while (worker.running === 0) await new Promise((resolve) => setImmediate(resolve));
  replaceFile(test.path);
  const [error] = await once(worker, 'error');
  expect(error).toMatchObject({ code: 'HONKER_DATABASE_REPLACED' });
  await worker.stop();
  expect(worker.running).toBe(0);
});
