import { once } from 'node:events';
import type { HandlerContext } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

describe("a worker's timeoutS", () => {
  it('ends an attempt: its signal fires, it has failed, its slot is free', async () => {
    const queue = test.db.queue<string>('q');
    const late = new Gate();
    const handlers: Promise<void>[] = [];
    const reasons: unknown[] = [];
    const handle = async (payload: string, { signal }: HandlerContext) => {
      if (payload !== 'hangs') return;
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      await late.opened;
    };
    const worker = queue.work(
      (job, context) => {
        const handler = handle(job.payload, context);
        handlers.push(handler);
        return handler;
      },
      { timeoutS: 1, backoff: () => 3600 },
    );
    const completed: string[] = [];
    worker.on('completed', (job) => completed.push(job.payload));
    const ids = queue.enqueueMany(['hangs', 'quick']);
    const [job, error] = await once(worker, 'failed');
    expect(job.id).toBe(ids[0]);
    expect(error).toMatchObject({ code: 'HONKER_TIMEOUT' });
    expect(reasons).toEqual([error]);
    await test.until(() => test.count('_honker_live') === 1);
    // What the handler comes to now changes nothing.
    late.open();
    await Promise.all(handlers);
    await worker.stop();
    expect(completed).toEqual(['quick']);
    expect(queue.getJob(ids[0] ?? 0)).toMatchObject({ state: 'pending', attempts: 1 });
    expect(worker.running).toBe(0);
  });

  it('counts as an attempt, the last of which is followed by death', async () => {
    const queue = test.db.queue('q', { maxAttempts: 1 });
    queue.enqueue(1);
    const worker = queue.work(() => new Promise(() => {}), { timeoutS: 1 });
    await once(worker, 'dead');
    expect(queue.dead.list()[0]?.lastError).toBe('TimeoutError: the attempt took longer than 1 s');
    await worker.stop();
  });

  it('does nothing to an attempt that was over in time', async () => {
    const queue = test.db.queue('q');
    const worker = queue.work(() => {}, { timeoutS: 1 });
    const events: string[] = [];
    for (const name of ['completed', 'failed', 'lost', 'dead', 'error'] as const) {
      worker.on(name, () => events.push(name));
    }
    queue.enqueue('quick');
    queue.enqueue('after its time', { delay: 2 });
    await test.until(() => test.count('_honker_live') === 0);
    await worker.stop();
    expect(events).toEqual(['completed', 'completed']);
    expect(worker.running).toBe(0);
  });

  it('leaves no timer behind a handler that ends in time, nor behind a worker that stops', async () => {
    const queue = test.db.queue<string>('q');
    const started = new Gate();
    const worker = queue.work(
      (job) => {
        if (job.payload === 'quick') return;
        started.open();
        return new Promise(() => {});
      },
      { timeoutS: 3600, concurrency: 2 },
    );
    queue.enqueueMany(['quick', 'hangs']);
    await started.opened;
    await worker.stop({ timeoutMs: 0 });
    expect(queue.stats().ready).toBe(1);
  });

  it('leaves nothing of a handler that rejects after it', async () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const events: string[] = [];
    const rejected = new Gate();
    const worker = queue.work(
      (_job, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            setImmediate(() => {
              reject(new Error('too late'));
              rejected.open();
            });
          });
        }),
      { timeoutS: 1, backoff: () => 3600 },
    );
    for (const name of ['completed', 'failed', 'lost', 'dead', 'error'] as const) {
      worker.on(name, () => events.push(name));
    }
    await rejected.opened;
    await worker.stop();
    expect(events).toEqual(['failed']);
    expect(worker.running).toBe(0);
  });

  it('is asked for each attempt, where it is a function', async () => {
    const queue = test.db.queue<{ limitS?: number }>('q');
    const ids = queue.enqueueMany([{ limitS: 1 }, {}]);
    const finish = new Gate();
    const asked: unknown[] = [];
    const worker = queue.work(() => finish.opened, {
      concurrency: 2,
      backoff: () => 3600,
      timeoutS: (job) => {
        asked.push([job.id, job.attempts]);
        return job.payload.limitS;
      },
    });
    const [job, error] = await once(worker, 'failed');
    expect(job.id).toBe(ids[0]);
    expect(error.message).toBe('the attempt took longer than 1 s');
    expect(asked).toEqual(ids.map((id) => [id, 1]));
    expect(worker.running).toBe(1);
    finish.open();
    const [completed] = await once(worker, 'completed');
    expect(completed.id).toBe(ids[1]);
    await worker.stop();
  });

  it.each([
    ['a fraction', () => 0.5, 'RangeError: what timeoutS() returns must be a whole number'],
    ['null', () => null as never, 'TypeError: what timeoutS() returns must be a number, not null'],
    [
      'an exception',
      () => {
        throw new Error('no limit');
      },
      'Error: no limit',
    ],
  ])('fails the attempt where the function answers %s', async (_, timeoutS, text) => {
    const queue = test.db.queue('q', { maxAttempts: 1 });
    queue.enqueue(1);
    const worker = queue.work(() => expect.unreachable(), { timeoutS });
    await once(worker, 'dead');
    expect(queue.dead.list()[0]?.lastError).toContain(text);
    await worker.stop();
  });

  it('must be a whole number of seconds, or a function', () => {
    const work = (timeoutS: unknown) =>
      test.db.queue('q').work(() => {}, { timeoutS: timeoutS as number });
    expect(() => work(0.5)).toThrow('timeoutS must be a whole number');
    expect(() => work(0)).toThrow('timeoutS must be at least 1');
    expect(() => work('5')).toThrow('timeoutS must be a number');
  });
});
