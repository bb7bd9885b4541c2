import { once } from 'node:events';
import { ClosedError, open } from '@honker/core';
import { openAsync } from '@honker/core/adapter';
import { beforeEach, describe, expect, it } from 'vitest';
import { SlowConnection } from './connections/slow-connection.js';
import { Countdown, Gate } from './gate.js';
import { countResources, lastingLeaks } from './leaks.js';
import { Program } from './program.js';
import { openRaw, TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

const UNTOUCHED = { state: 'pending', attempts: 0 };

/** A worker whose handlers run until the gate opens, once `concurrency` of them do. */
async function busyWorker(jobs: number, options: { concurrency?: number; prefetch?: number } = {}) {
  const queue = test.db.queue<number>('q');
  const ids = queue.enqueueMany(Array.from({ length: jobs }, (_, i) => i));
  const started = new Countdown(options.concurrency ?? 1);
  const finish = new Gate();
  const signals: AbortSignal[] = [];
  const worker = queue.work(async (_job, { signal }) => {
    signals.push(signal);
    started.tick();
    await finish.opened;
  }, options);
  await started.reached;
  return { queue, ids, worker, finish, signals };
}

describe('stop()', () => {
  it('waits for the running handlers, acks them, and claims no more', async () => {
    const { ids, worker, finish, signals } = await busyWorker(5, { concurrency: 2 });
    let isStopped = false;
    const stopped = worker.stop().then(() => {
      isStopped = true;
    });
    test.db.queue('q').enqueue(99); // wakes it
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    finish.open();
    await stopped;
    expect(signals).toHaveLength(2);
    expect(signals.every((signal) => !signal.aborted)).toBe(true);
    expect(test.live()).toEqual([...ids.slice(2), 6].map((id) => ({ id, ...UNTOUCHED })));
  });

  it('ends at once while nothing runs, and stopping twice is stopping once', async () => {
    const worker = test.db.queue('q').work(() => {});
    const stopped = worker.stop();
    expect(worker.stop()).toBe(stopped);
    await stopped;
    await worker.stop();
  });

  it('leaves no thread and no timer, although the database stays open', async () => {
    const queue = test.db.queue('q');
    queue.enqueue('later', { delay: 3600 });
    // SQLite keeps the descriptor of a watcher that has ended for the next one.
    await queue.claim('w', { signal: AbortSignal.abort() }).next();
    const before = countResources();
    const worker = queue.work(() => {});
    queue.enqueue(1);
    await once(worker, 'completed');
    await worker.stop();
    expect(await lastingLeaks(before)).toEqual([]);
  });

  it('before the first turn keeps it from claiming', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const worker = queue.work(() => expect.unreachable());
    await worker.stop();
    expect(test.live()).toEqual([{ id, ...UNTOUCHED }]);
  });

  it('gives prefetched jobs back at once, without spending an attempt', async () => {
    const { ids, worker, finish } = await busyWorker(4, { concurrency: 1, prefetch: 3 });
    const stopped = worker.stop();
    while (test.db.queue('q').stats().ready < 3) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(test.live().slice(1)).toEqual(ids.slice(1).map((id) => ({ id, ...UNTOUCHED })));
    finish.open();
    await stopped;
    expect(test.live()).toHaveLength(3);
  });

  it('with timeoutMs 0 gives unfinished jobs back without spending an attempt, and fires signals', async () => {
    const { ids, worker, finish, signals } = await busyWorker(3, { concurrency: 3 });
    const events: string[] = [];
    worker.on('completed', () => events.push('completed'));
    worker.on('lost', () => events.push('lost'));
    await worker.stop({ timeoutMs: 0 });
    expect(test.live()).toEqual(ids.map((id) => ({ id, ...UNTOUCHED })));
    for (const signal of signals) expect(signal.reason).toBeInstanceOf(ClosedError);
    finish.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(worker.running).toBe(0);
    expect(events).toEqual([]);
    expect(test.live()).toHaveLength(3);
  });

  it('given back, a job is handled by another worker at once', async () => {
    const { queue, worker, finish } = await busyWorker(1);
    const second = queue.work((job) => expect(job.attempts).toBe(1));
    const completed = once(second, 'completed');
    await worker.stop({ timeoutMs: 0 });
    await completed;
    finish.open();
    await second.stop();
  });

  it('takes a timeoutMs that is longer than a timer can be', async () => {
    const { worker, finish, signals } = await busyWorker(1);
    let isStopped = false;
    const stopped = worker.stop({ timeoutMs: 2 ** 31 }).then(() => {
      isStopped = true;
    });
    // Longer than the millisecond that Node makes of a time that is too long.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isStopped).toBe(false);
    expect(signals[0]?.aborted).toBe(false);
    finish.open();
    await stopped;
  });

  it('checks its argument', () => {
    const worker = test.db.queue('q').work(() => {});
    expect(() => worker.stop({ timeoutMs: -1 })).toThrow(/timeoutMs must be at least 0/);
    expect(() => worker.stop({ timeoutMs: Number.POSITIVE_INFINITY })).toThrow(RangeError);
    return worker.stop();
  });

  it('is what `await using` does', async () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    {
      await using worker = queue.work(() => {});
      await once(worker, 'completed');
    }
    queue.enqueue(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(queue.stats().ready).toBe(1);
  });

  it('may be called by a listener', async () => {
    const queue = test.db.queue('q');
    queue.enqueueMany([1, 2, 3]);
    const worker = queue.work(() => {});
    const stopped = new Gate();
    worker.once('completed', () => worker.stop().then(stopped.open));
    await stopped.opened;
    expect(worker.running).toBe(0);
    for (const job of test.live()) expect(job).toMatchObject(UNTOUCHED);
  });

  it('leaves nothing claimed that was being claimed while somebody held the lock', async () => {
    const holder = new Program('hold-lock.mjs', [test.path]);
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    await holder.message();
    let handled = 0;
    const worker = queue.work(() => {
      handled++;
    });
    // The first turn has met the lock when this comes after it.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const stopped = worker.stop({ timeoutMs: 0 });
    holder.send('release');
    await holder.success();
    await stopped;
    await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toBe(0);
    expect(test.live()).toEqual([{ id, ...UNTOUCHED }]);
  });
});

describe('db.close()', () => {
  it('gives unfinished jobs back without spending an attempt, and fires signals', async () => {
    const { ids, finish, worker, signals } = await busyWorker(4, { concurrency: 2, prefetch: 1 });
    test.db.close();
    expect(test.live()).toEqual(ids.map((id) => ({ id, ...UNTOUCHED })));
    for (const signal of signals) expect(signal.reason).toBeInstanceOf(ClosedError);
    finish.open();
    await worker.stop();
  });

  it('acks what was finished in the same turn of the event loop', async () => {
    const { finish, ids } = await busyWorker(3, { concurrency: 2 });
    finish.open();
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    test.db.close();
    expect(test.live()).toEqual([{ id: ids[2], ...UNTOUCHED }]);
  });

  it('gives back what failed in the same turn of the event loop', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const finish = new Gate();
    const started = new Gate();
    queue.work(async () => {
      started.open();
      await finish.opened;
      throw new Error('x');
    });
    await started.opened;
    finish.open();
    for (let i = 0; i < 5; i++) await Promise.resolve();
    test.db.close();
    expect(test.live('id, state')).toEqual([{ id, state: 'pending' }]);
  });

  it('acks what waited for a transaction of the application', async () => {
    const { finish, ids } = await busyWorker(2);
    const tx = test.db.transaction();
    finish.open();
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    tx.commit();
    test.db.close();
    expect(test.live()).toEqual([{ id: ids[1], ...UNTOUCHED }]);
  });

  it('by a listener ends the worker: nothing more is claimed or handled', async () => {
    const queue = test.db.queue('q');
    const ids = queue.enqueueMany([1, 2, 3]);
    let handled = 0;
    const worker = queue.work(async () => {
      handled++;
    });
    await new Promise<void>((resolve) => {
      worker.once('completed', () => {
        test.db.close();
        resolve();
      });
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toBe(1);
    expect(test.live()).toEqual(ids.slice(1).map((id) => ({ id, ...UNTOUCHED })));
  });

  it('ends a worker on a connection of the application while it waits for a transaction of theirs', async () => {
    const raw = openRaw(test.path);
    const db = open(raw);
    const queue = db.queue('q');
    const id = queue.enqueue(1);
    raw.exec('BEGIN');
    let handled = 0;
    const worker = queue.work(() => {
      handled++;
    });
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    db.close();
    raw.exec('COMMIT');
    await worker.stop();
    // Longer than the longest pause before honker tries again.
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(handled).toBe(0);
    expect(test.live()).toEqual([{ id, ...UNTOUCHED }]);
  });

  it('leaves no timer of a worker that was asking when the next job is due', async () => {
    const connection = new SlowConnection(openRaw(test.path));
    const db = await openAsync(connection);
    await db.queue('q').enqueue('later', { delay: 3600 });
    const answer = new Gate();
    const asked = new Gate();
    connection.beforeAnswer = (nth) => {
      if (nth === 1) return undefined; // to the claim
      asked.open();
      return answer.opened;
    };
    db.queue('q').work(() => {});
    await asked.opened;
    const closed = db.close();
    answer.open();
    await closed;
    // That nothing is left is for test/leaks.ts to see.
  });

  it('releases everything although the jobs cannot be given back', async () => {
    const { finish } = await busyWorker(1);
    test.raw.exec('ALTER TABLE _honker_live RENAME TO away');
    try {
      test.db.close();
    } catch {
      // That it tells of the error is fine.
    }
    finish.open();
    expect(test.db.isOpen).toBe(false);
    // That nothing is left is for test/leaks.ts to see.
  });
});
