import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { FailError, RetryError } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Countdown, Gate } from './gate.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

describe('what a handler comes to', () => {
  it('completed: it returned, or its promise did', async () => {
    const queue = test.db.queue<string>('q');
    const ids = queue.enqueueMany(['sync', 'async']);
    const done = new Countdown(2);
    const completed: number[] = [];
    const worker = queue.work((job) => (job.payload === 'sync' ? 1 : Promise.resolve(1)));
    worker.on('completed', (job) => {
      expect(queue.getJob(job.id)).toBeNull();
      completed.push(job.id);
      done.tick();
    });
    await done.reached;
    expect(completed).toEqual(ids);
    await worker.stop();
  });

  it('failed: it threw, and is tried again later', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const error = new Error('no such mailbox');
    const worker = queue.work(() => {
      throw error;
    });
    const [job, reason, delayS] = await once(worker, 'failed');
    expect(job).toMatchObject({ id, attempts: 1 });
    expect(reason).toBe(error);
    expect(delayS).toBeGreaterThanOrEqual(1);
    expect(delayS).toBeLessThanOrEqual(2);
    const record = queue.getJob(id);
    expect(record).toMatchObject({ state: 'pending', attempts: 1, workerId: null });
    expect(record?.runAt).toBeGreaterThanOrEqual((record?.createdAt ?? 0) + delayS);
    await worker.stop();
  });

  it('dead: it threw at the last attempt', async () => {
    const queue = test.db.queue('q', { maxAttempts: 2 });
    const id = queue.enqueue('p');
    let failures = 0;
    const worker = queue.work(
      async () => {
        throw new Error('again');
      },
      { backoff: () => 0 },
    );
    worker.on('failed', () => failures++);
    const [job] = await once(worker, 'dead');
    expect(job).toMatchObject({ id, attempts: 2, queue: 'q' });
    expect(failures).toBe(1);
    expect(queue.dead.list()).toMatchObject([{ id, lastError: 'Error: again', payload: 'p' }]);
    await worker.stop();
  });

  it('dead at once: it threw a FailError', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const worker = queue.work(() => {
      throw new FailError('not an address');
    });
    const [job, error] = await once(worker, 'dead');
    expect(job.id).toBe(id);
    expect(error).toBeInstanceOf(FailError);
    expect(queue.dead.list()[0]).toMatchObject({
      attempts: 1,
      lastError: 'FailError: not an address',
    });
    await worker.stop();
  });

  it('a RetryError chooses the delay', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const worker = queue.work(() => {
      throw new RetryError('rate limited', { delayS: 1000 });
    });
    const [, , delayS] = await once(worker, 'failed');
    expect(delayS).toBe(1000);
    const record = queue.getJob(id);
    expect((record?.runAt ?? 0) - (record?.createdAt ?? 0)).toBeGreaterThanOrEqual(1000);
    await worker.stop();
  });

  it('a RetryError at the last attempt is the end of the job', async () => {
    const queue = test.db.queue('q', { maxAttempts: 1 });
    queue.enqueue(1);
    const worker = queue.work(() => {
      throw new RetryError('rate limited', { delayS: 1 });
    });
    await once(worker, 'dead');
    expect(queue.dead.list()[0]?.lastError).toBe('RetryError: rate limited');
    await worker.stop();
  });

  it('backoff chooses the delay by attempt and error', async () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const error = new Error('x');
    const asked: unknown[] = [];
    const worker = queue.work(
      () => {
        throw error;
      },
      {
        backoff: (...args) => {
          asked.push(args);
          return 500;
        },
      },
    );
    const [, , delayS] = await once(worker, 'failed');
    expect(delayS).toBe(500);
    expect(asked).toEqual([[1, error]]);
    await worker.stop();
  });

  it.each([
    ['a fraction', () => 0.5],
    ['a negative number', () => -1],
    ['a promise', () => Promise.resolve(1) as unknown as number],
    [
      'an exception',
      () => {
        throw new Error('backoff failed');
      },
    ],
  ])('a backoff that answers %s is told of, and the default delay used', async (_, backoff) => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const worker = queue.work(
      () => {
        throw new Error('x');
      },
      { backoff },
    );
    const errors: Error[] = [];
    worker.on('error', (error) => errors.push(error));
    const failed = new Gate<number>();
    worker.on('failed', (_job, _error, delayS) => failed.open(delayS));
    expect(await failed.opened).toBeLessThanOrEqual(2);
    expect(errors).toHaveLength(1);
    await worker.stop();
  });

  it('a handler may settle the job itself', async () => {
    const queue = test.db.queue<string>('q');
    const [acked, retried, failed] = queue.enqueueMany(['ack', 'retry', 'fail']);
    const done = new Countdown(3);
    const results: boolean[] = [];
    const worker = queue.work((job) => {
      if (job.payload === 'ack') results.push(job.ack());
      if (job.payload === 'retry') results.push(job.retry(900, 'later'));
      if (job.payload === 'fail') results.push(job.fail('never'));
      done.tick();
    });
    await done.reached;
    await worker.stop();
    expect(results).toEqual([true, true, true]);
    expect(queue.getJob(acked as number)).toBeNull();
    expect(queue.getJob(retried as number)).toMatchObject({ state: 'pending', attempts: 1 });
    expect(queue.dead.list()).toMatchObject([{ id: failed, lastError: 'never' }]);
  });

  const getterThatThrows = Object.defineProperty({}, 'code', {
    get() {
      throw new Error('no code for you');
    },
  });
  it.each([
    ['a string', 'just text', 'just text'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object without a prototype', Object.create(null), 'a value that cannot be converted'],
    [
      'an object whose toString throws',
      {
        toString: () => {
          throw new Error('no');
        },
      },
      'a value that cannot be',
    ],
    ['an object whose code throws', getterThatThrows, '[object Object]'],
    ['an error with a NUL in it', new Error('a\0b'), 'Error: a\ufffdb'],
    ['an error of a megabyte', new Error('x'.repeat(1_000_000)), 'Error: xxx'],
    ['an error with lone surrogates', new Error('\ud800'), 'Error: \ufffd'],
  ])('a handler may throw %s', async (_, thrown, text) => {
    const queue = test.db.queue('q', { maxAttempts: 1 });
    queue.enqueue(1);
    const worker = queue.work(() => {
      throw thrown;
    });
    const [, error] = await once(worker, 'dead');
    expect(error).toBe(thrown);
    expect(queue.dead.list()[0]?.lastError?.startsWith(text)).toBe(true);
    expect(queue.dead.list()[0]?.lastError?.length).toBeLessThanOrEqual(10_000);
    await worker.stop();
  });
});

describe('lastError', () => {
  /** What is written for what a handler threw. */
  function lastErrorOf(thrown: unknown): string | null | undefined {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    queue.claimOne('w')?.fail(thrown);
    return queue.dead.list().at(-1)?.lastError;
  }

  const cycle = new Error('outer', { cause: new Error('inner') });
  (cycle.cause as Error).cause = cycle;
  const throwing = Object.defineProperty(new Error('shut'), 'cause', {
    get: () => {
      throw new Error('no');
    },
  });
  const noList = Object.assign(new AggregateError([], 'none'), { errors: 5 });
  it.each([
    [
      'its cause',
      new Error('a', { cause: new TypeError('b') }),
      'Error: a; caused by TypeError: b',
    ],
    [
      'the cause of that',
      new Error('a', { cause: new Error('b', { cause: 'c' }) }),
      'Error: a; caused by Error: b; caused by c',
    ],
    [
      'all errors of an aggregate, and one without a message',
      new AggregateError([new Error('x'), new Error('y', { cause: 'z' })]),
      'AggregateError; caused by Error: x; caused by Error: y; caused by z',
    ],
    [
      'not again what its message ends with',
      new Error('read: no file', { cause: new Error('no file', { cause: 'disk' }) }),
      'Error: read: no file; caused by disk',
    ],
    ['no cause that is null', new Error('a', { cause: null }), 'Error: a'],
    ['a cycle once', cycle, 'Error: outer; caused by Error: inner'],
    ['nothing of a getter that throws', throwing, 'Error: shut'],
    ['nothing of what is no list', noList, 'AggregateError: none'],
  ])('tells %s', (_, thrown, text) => {
    expect(lastErrorOf(thrown)).toBe(text);
  });

  it('is bounded, in length and in depth', () => {
    const many = Array.from({ length: 1000 }, (_, n) => new Error(`no ${n}`));
    expect(lastErrorOf(new AggregateError(many, 'all'))).toMatch(
      /^AggregateError: all(; caused by Error: no \d){9}$/,
    );
    const long = new Error('x'.repeat(1_000_000), { cause: new Error('y') });
    expect(lastErrorOf(long)).toHaveLength(10_000);
    expect(lastErrorOf(new Error('a', { cause: long }))).toHaveLength(10_000);
  });

  it('tells which address refused a fetch', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    const thrown = await fetch(`http://127.0.0.1:${port}`).catch((error) => error);
    const text = `TypeError: fetch failed; caused by Error: connect ECONNREFUSED 127.0.0.1:${port}`;
    expect(lastErrorOf(thrown)).toBe(text);
  });
});
