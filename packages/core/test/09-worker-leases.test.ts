import { once } from 'node:events';
import { type Job, LeaseLostError } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

describe('heartbeats', () => {
  it('keep the lease of a handler that takes longer than it', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const started = new Gate();
    const finish = new Gate();
    let lost = 0;
    const worker = queue.work(async () => {
      started.open();
      await finish.opened;
    });
    worker.on('lost', () => lost++);
    await started.opened;
    // The lease could be claimed by another in the second after it; this asks all the time.
    const firstEnd = queue.getJob(id)?.claimExpiresAt ?? 0;
    while (Date.now() / 1000 < firstEnd + 1.2) {
      expect(queue.claimOne('somebody else')).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(queue.getJob(id)?.claimExpiresAt).toBeGreaterThan(firstEnd);
    finish.open();
    await once(worker, 'completed');
    expect(lost).toBe(0);
    await worker.stop();
  });

  it('are one query for all leases, those of prefetched jobs too', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    queue.enqueueMany([1, 2, 3, 4, 5]);
    const finish = new Gate();
    const started = new Gate();
    const worker = queue.work(
      () => {
        started.open();
        return finish.opened;
      },
      { concurrency: 2, prefetch: 3 },
    );
    await started.opened;
    // Leases that would last long enough not to be seen as old; a heartbeat makes them shorter.
    test.raw.exec('UPDATE _honker_live SET claim_expires_at = unixepoch() + 1000');
    const extended = test.raw
      .prepare('SELECT count(*) FROM _honker_live WHERE claim_expires_at < unixepoch() + 100')
      .pluck();
    const begins = test.uses('BEGIN%');
    while (extended.get() === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(extended.get()).toBe(5);
    // The worker's one transaction holds the query, which so begins none of its own.
    expect(test.uses('BEGIN%') - begins).toBeLessThanOrEqual(1);
    finish.open();
    await worker.stop();
  });
});

it('a lease may be longer than a timer can be', async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  process.on('warning', warn);
  const queue = test.db.queue('q', { visibilityTimeoutS: 10_000_000 });
  queue.enqueue(1);
  const worker = queue.work(() => {});
  await once(worker, 'completed');
  await worker.stop();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  expect(warnings).toEqual([]);
});

describe('a lease that was lost', () => {
  it('fires the signal, is told of, and the outcome is ignored; another worker handles the job', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const started = new Gate<AbortSignal>();
    const finish = new Gate();
    const first = queue.work(async (_job, { signal }) => {
      started.open(signal);
      await finish.opened;
    });
    const outcomes: string[] = [];
    first.on('completed', () => outcomes.push('completed by the first'));
    const lost = once(first, 'lost');
    const signal = await started.opened;
    test.expireLeases();
    const stolen = queue.claimOne('second');
    expect(stolen).toMatchObject({ id, attempts: 2 });
    const [job] = await lost;
    expect(job).toMatchObject({ id, attempts: 1 });
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBeInstanceOf(LeaseLostError);
    expect(signal.reason.code).toBe('HONKER_LEASE_LOST');
    finish.open();
    await first.stop();
    expect(outcomes).toEqual([]);
    expect(test.live('id, worker_id, attempts')).toEqual([
      { id, worker_id: 'second', attempts: 2 },
    ]);
    expect(stolen?.ack()).toBe(true);
  });

  it('is told of once, when it shows only as the handler is done', async () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const worker = queue.work(() => {
      test.expireLeases();
      queue.claimOne('second');
    });
    const events: string[] = [];
    worker.on('completed', () => events.push('completed'));
    worker.on('lost', () => events.push('lost'));
    await once(worker, 'lost');
    await worker.stop();
    expect(events).toEqual(['lost']);
    expect(test.live('worker_id')).toEqual([{ worker_id: 'second' }]);
  });

  it.each([
    ['a retry', new Error('x')],
    ['a burial', Object.assign(new Error('x'), { code: 'HONKER_FAIL' })],
  ])('keeps %s from being written', async (_, error) => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const worker = queue.work(() => {
      test.expireLeases();
      queue.claimOne('second');
      throw error;
    });
    const events: string[] = [];
    worker.on('failed', () => events.push('failed'));
    worker.on('dead', () => events.push('dead'));
    await once(worker, 'lost');
    await worker.stop();
    expect(events).toEqual([]);
    expect(test.live('worker_id, state')).toEqual([{ worker_id: 'second', state: 'processing' }]);
    expect(test.count('_honker_dead')).toBe(0);
  });

  it('by a cancel fires the signal too', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const worker = queue.work(
      (_job, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    );
    while (queue.getJob(id)?.state !== 'processing') {
      await new Promise((resolve) => setImmediate(resolve));
    }
    queue.cancel(id);
    await once(worker, 'lost');
    await worker.stop();
    expect(test.count('_honker_live')).toBe(0);
  });

  it('is not told of again by a handler that rejects as its signal fires', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const events: unknown[] = [];
    const worker = queue.work((job, { signal }) => {
      if (job.id !== id) return;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    for (const name of ['completed', 'failed', 'dead', 'lost', 'error'] as const) {
      worker.on(name, () => events.push(name));
    }
    while (queue.getJob(id)?.state !== 'processing') {
      await new Promise((resolve) => setImmediate(resolve));
    }
    queue.cancel(id);
    await once(worker, 'lost');
    queue.enqueue('the next');
    await once(worker, 'completed');
    await worker.stop();
    expect(events).toEqual(['lost', 'completed']);
  });

  it('while the event loop was blocked is handled again by the same worker, under a new lease', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const attempts: number[] = [];
    const signals: AbortSignal[] = [];
    const finish = new Gate();
    const worker = queue.work(
      async (job, { signal }) => {
        attempts.push(job.attempts);
        signals.push(signal);
        if (job.attempts === 1) await finish.opened;
      },
      { concurrency: 2 },
    );
    const events: string[] = [];
    worker.on('lost', (job) => events.push(`lost ${job.attempts}`));
    worker.on('completed', (job) => events.push(`completed ${job.attempts}`));
    while (attempts.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const completed = once(worker, 'completed');
    test.expireLeases(); // a commit, so the worker looks, and finds a job whose lease has run out: its own
    await completed;
    finish.open();
    await worker.stop();
    expect(attempts).toEqual([1, 2]);
    expect(signals[0]?.reason).toBeInstanceOf(LeaseLostError);
    expect(signals[1]?.aborted).toBe(false);
    expect(events).toEqual(['lost 1', 'completed 2']);
    expect(queue.getJob(id)).toBeNull();
  });

  it('has its signal fired although it is asked for only then', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const finish = new Gate();
    const late = new Gate<AbortSignal>();
    const worker = queue.work(async (_job, context) => {
      await finish.opened;
      late.open(context.signal);
    });
    while (queue.getJob(id)?.state !== 'processing') {
      await new Promise((resolve) => setImmediate(resolve));
    }
    queue.cancel(id);
    await once(worker, 'lost');
    finish.open();
    expect((await late.opened).reason).toBeInstanceOf(LeaseLostError);
    await worker.stop();
  });
});

describe('a job that its handler has settled', () => {
  it.each([
    ['ack', ['completed beside']],
    ['retry', ['completed settled', 'completed beside']],
  ] as const)('by %s() is not taken for lost while the handler goes on', async (how, expected) => {
    const queue = test.db.queue<string>('q', { visibilityTimeoutS: 1 });
    queue.enqueueMany(['settled', 'beside']);
    const settled = new Gate<AbortSignal>();
    const finish = new Gate();
    const worker = queue.work(
      async (job, { signal }) => {
        if (job.attempts === 2) return;
        if (job.payload === 'settled') {
          if (how === 'ack') job.ack();
          else job.retry(0);
          settled.open(signal);
        }
        await finish.opened;
      },
      { concurrency: 3 },
    );
    const events: string[] = [];
    for (const name of ['completed', 'failed', 'lost'] as const) {
      worker.on(name, (job: Job<string>) => events.push(`${name} ${job.payload}`));
    }
    worker.on('error', (error) => events.push(error.message));
    const signal = await settled.opened;
    const beats = () => test.uses('UPDATE _honker_live SET claim_expires_at%');
    const before = beats();
    while (beats() < before + 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(signal.aborted).toBe(false);
    finish.open();
    await worker.stop();
    expect(events).toEqual(expected);
    expect(test.count('_honker_live')).toBe(0);
  });
});
