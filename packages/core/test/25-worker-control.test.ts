import type { AsyncWorker, WorkOptions } from '@honker/core';
import { openAsync } from '@honker/core/adapter';
import { beforeEach, describe, expect, it } from 'vitest';
import { SlowConnection } from './connections/slow-connection.js';
import { Gate } from './gate.js';
import { Program } from './program.js';
import { openRaw, TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

const UNTOUCHED = { state: 'pending', attempts: 0 };

/** A worker whose handlers run until they are let go, one by one. */
class HeldWorker {
  readonly queue = test.db.queue<number>('q', { visibilityTimeoutS: 1 });
  readonly ids: number[];
  readonly worker;
  /** The payloads of those that have started. */
  readonly started: number[] = [];
  readonly #gates = new Map<number, Gate>();
  #onStart = () => {};

  constructor(jobs: number, options: WorkOptions = {}) {
    this.ids = this.queue.enqueueMany(Array.from({ length: jobs }, (_, i) => i));
    this.worker = this.queue.work(async ({ payload }) => {
      const gate = new Gate();
      this.#gates.set(payload, gate);
      this.started.push(payload);
      this.#onStart();
      await gate.opened;
    }, options);
  }

  async untilStarted(count: number): Promise<void> {
    while (this.started.length < count) {
      await new Promise<void>((resolve) => {
        this.#onStart = resolve;
      });
    }
  }

  finish(...payloads: number[]): void {
    for (const each of payloads) this.#gates.get(each)?.open();
  }

  async stop(): Promise<void> {
    this.finish(...this.started);
    await this.worker.stop();
  }

  /** The jobs that nobody holds, as numbers of when they were enqueued. */
  waiting(): number[] {
    const ids = test.raw
      .prepare(`SELECT id FROM _honker_live WHERE state = 'pending' AND attempts = 0 ORDER BY id`)
      .pluck()
      .all() as number[];
    return ids.map((id) => this.ids.indexOf(id));
  }
}

/** As many turns of the event loop as anything that was due would have needed. */
async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('worker.concurrency', () => {
  it('is what the worker was given, or 1', async () => {
    const queue = test.db.queue('q');
    const one = queue.work(() => {});
    const five = queue.work(() => {}, { concurrency: 5 });
    expect([one.concurrency, five.concurrency]).toEqual([1, 5]);
    await Promise.all([one.stop(), five.stop()]);
  });

  it('raised, has more jobs claimed and started at once', async () => {
    const held = new HeldWorker(5);
    await held.untilStarted(1);
    held.worker.concurrency = 3;
    await held.untilStarted(3);
    await turns();
    expect(held.started).toEqual([0, 1, 2]);
    expect(held.worker.running).toBe(3);
    expect(held.waiting()).toEqual([3, 4]);
    await held.stop();
  });

  it('raised, starts what was claimed ahead, but not within the statement', async () => {
    const held = new HeldWorker(3, { prefetch: 2 });
    await held.untilStarted(1);
    await turns(); // The worker has asked for more, and there is none: nothing but the change moves it.
    held.worker.concurrency = 2;
    expect(held.started).toEqual([0]);
    await Promise.resolve();
    expect(held.started).toEqual([0, 1]);
    await held.stop();
  });

  it('lowered, lets running handlers finish, and is kept from then on', async () => {
    const held = new HeldWorker(6, { concurrency: 3 });
    await held.untilStarted(3);
    held.worker.concurrency = 1;
    await turns();
    expect(held.worker.running).toBe(3);
    held.finish(0, 1);
    await test.until(() => test.count('_honker_live') === 4);
    await turns();
    expect(held.started).toEqual([0, 1, 2]);
    held.finish(2);
    await held.untilStarted(4);
    await turns();
    expect(held.worker.running).toBe(1);
    expect(held.waiting()).toEqual([4, 5]);
    await held.stop();
  });

  it('lowered, gives back what was claimed ahead beyond it, the last ones, without spending an attempt', async () => {
    const held = new HeldWorker(4, { concurrency: 2, prefetch: 2 });
    await held.untilStarted(2);
    expect(held.waiting()).toEqual([]);
    held.worker.concurrency = 1;
    await test.until(() => held.waiting().length > 0);
    await turns();
    expect(held.waiting()).toEqual([3]);
    held.finish(0, 1);
    await held.untilStarted(3);
    expect(held.started).toEqual([0, 1, 2]);
    await held.stop();
  });

  it('is checked, and stays what it was', async () => {
    const worker = test.db.queue('q').work(() => {}, { concurrency: 2 });
    for (const [value, problem] of [
      [0, /concurrency must be at least 1/],
      [1.5, /concurrency must be a whole number/],
      ['2', /concurrency must be a number/],
    ] as const) {
      expect(() => {
        worker.concurrency = value as number;
      }).toThrow(problem);
    }
    expect(worker.concurrency).toBe(2);
    await worker.stop();
  });
});

describe('worker.pause()', () => {
  it('claims and starts nothing until resume()', async () => {
    const held = new HeldWorker(0);
    expect(held.worker.isPaused).toBe(false);
    await held.worker.pause();
    expect(held.worker.isPaused).toBe(true);
    const id = held.queue.enqueue(7);
    await turns(50);
    expect(test.live()).toEqual([{ id, ...UNTOUCHED }]);
    held.worker.resume();
    expect(held.worker.isPaused).toBe(false);
    await held.untilStarted(1);
    expect(held.started).toEqual([7]);
    await held.stop();
  });

  it('lets handlers that run finish, acks them, and then resolves', async () => {
    const held = new HeldWorker(4, { concurrency: 2 });
    await held.untilStarted(2);
    let isDone = false;
    const paused = held.worker.pause().then(() => {
      isDone = true;
    });
    held.finish(0);
    await test.until(() => test.count('_honker_live') === 3);
    await turns();
    expect(isDone).toBe(false);
    held.finish(1);
    await paused;
    expect(held.worker.running).toBe(0);
    expect(test.live()).toEqual(held.ids.slice(2).map((id) => ({ id, ...UNTOUCHED })));
    await held.stop();
  });

  it('keeps the leases of handlers that run', async () => {
    const held = new HeldWorker(1);
    await held.untilStarted(1);
    const paused = held.worker.pause();
    // A lease that would last long enough not to be seen as old; a heartbeat makes it shorter.
    test.raw.exec('UPDATE _honker_live SET claim_expires_at = unixepoch() + 1000');
    const beaten = `SELECT count(*) FROM _honker_live WHERE claim_expires_at < unixepoch() + 100`;
    await test.until(() => test.raw.prepare(beaten).pluck().get() === 1);
    held.finish(0);
    await paused;
    expect(test.count('_honker_live')).toBe(0);
    await held.stop();
  });

  it('retries what fails meanwhile', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const started = new Gate();
    const finish = new Gate();
    const worker = queue.work(async () => {
      started.open();
      await finish.opened;
      throw new Error('x');
    });
    await started.opened;
    const paused = worker.pause();
    finish.open();
    await paused;
    expect(test.live('id, state, attempts')).toEqual([{ id, state: 'pending', attempts: 1 }]);
    await worker.stop();
  });

  it('gives back at once what was claimed ahead, without spending an attempt', async () => {
    const held = new HeldWorker(4, { prefetch: 3 });
    const lost: number[] = [];
    held.worker.on('lost', (job) => lost.push(job.payload));
    await held.untilStarted(1);
    expect(held.waiting()).toEqual([]);
    const paused = held.worker.pause();
    await test.until(() => held.waiting().length > 0);
    expect(held.waiting()).toEqual([1, 2, 3]);
    held.finish(0);
    await paused;
    expect(held.started).toEqual([0]);
    held.worker.resume();
    await held.untilStarted(2);
    expect(held.started).toEqual([0, 1]);
    expect(lost).toEqual([]); // What was given back and claimed again is no lease of before.
    await held.stop();
  });

  it('leaves nothing claimed that was to be claimed while somebody held the lock', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const holder = new Program('hold-lock.mjs', [test.path]);
    await holder.message();
    const worker = queue.work(() => expect.unreachable());
    await turns(2); // The first turn has met the lock.
    const paused = worker.pause();
    holder.send('release');
    await holder.success();
    await paused;
    await turns(50);
    expect(test.live()).toEqual([{ id, ...UNTOUCHED }]);
    await worker.stop();
  });

  it.each([
    ['pause()', (worker: AsyncWorker<number>) => worker.pause()],
    ['stop()', (worker: AsyncWorker<number>) => worker.stop()],
  ])('or %s, called while a claim is on its way, gives back what it brings', async (_, call) => {
    const connection = new SlowConnection(openRaw(test.path));
    const db = await openAsync(connection);
    const id = await db.queue<number>('q').enqueue(1);
    const answer = new Gate();
    connection.beforeAnswer = () => answer.opened;
    const worker = db.queue<number>('q').work(() => expect.unreachable());
    await test.until(() => test.db.queue('q').getJob(id)?.state === 'processing');
    const called = call(worker);
    answer.open();
    await called;
    expect(test.live()).toEqual([{ id, ...UNTOUCHED }]);
    await db.close();
  });

  it('called by a listener gives back what has just been claimed', async () => {
    const queue = test.db.queue('q');
    const [, second] = queue.enqueueMany([1, 2]) as [number, number];
    const handled: number[] = [];
    const worker = queue.work((job) => {
      handled.push(job.id);
    });
    // Told when the ack is written, with which the next job was claimed.
    await new Promise<void>((resolve) => {
      worker.once('completed', () => resolve(worker.pause()));
    });
    expect(handled).toHaveLength(1);
    expect(test.live()).toEqual([{ id: second, ...UNTOUCHED }]);
    await worker.stop();
  });

  it('may be called by a handler, that must not wait for it', async () => {
    const queue = test.db.queue('q');
    queue.enqueueMany([1, 2]);
    const paused = new Gate<Promise<void>>();
    const worker = queue.work(() => paused.open(worker.pause()));
    await paused.opened;
    expect(test.count('_honker_live')).toBe(1);
    expect(worker.isPaused).toBe(true);
    await worker.stop();
  });

  it('resolves when the worker is resumed, or ends, although a handler runs', async () => {
    const held = new HeldWorker(2);
    await held.untilStarted(1);
    const first = held.worker.pause();
    const again = held.worker.pause();
    held.worker.resume();
    await Promise.all([first, again]);
    expect(held.worker.running).toBe(1);
    const last = held.worker.pause();
    test.db.close();
    await last;
    held.finish(0);
  });
});

describe('stop() of a paused worker', () => {
  it('waits for the handlers that run, and both promises resolve', async () => {
    const held = new HeldWorker(2);
    await held.untilStarted(1);
    const paused = held.worker.pause();
    const stopped = held.worker.stop();
    await turns();
    held.finish(0);
    await Promise.all([paused, stopped]);
    expect(test.live()).toEqual([{ id: held.ids[1], ...UNTOUCHED }]);
  });

  it('gives back what is not finished in time', async () => {
    const held = new HeldWorker(1);
    await held.untilStarted(1);
    const paused = held.worker.pause();
    await held.worker.stop({ timeoutMs: 0 });
    await paused;
    expect(test.live()).toEqual([{ id: held.ids[0], ...UNTOUCHED }]);
    held.finish(0);
  });

  it('is not undone by resume()', async () => {
    const held = new HeldWorker(2);
    await held.untilStarted(1);
    const stopped = held.worker.stop();
    held.worker.resume();
    held.worker.concurrency = 2;
    await turns();
    held.finish(0);
    await stopped;
    held.worker.resume();
    await turns();
    expect(held.started).toEqual([0]);
    expect(test.live()).toEqual([{ id: held.ids[1], ...UNTOUCHED }]);
  });

  it('ends at once where nothing runs', async () => {
    const worker = test.db.queue('q').work(() => {});
    await worker.pause();
    await worker.stop();
    await worker.pause();
  });
});
