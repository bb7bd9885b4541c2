import { statSync } from 'node:fs';
import { type EnqueueOptions, open } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

const seconds = () => Math.floor(Date.now() / 1000);

describe('enqueue()', () => {
  it('returns the id; the job is pending and may run at once', () => {
    const queue = test.db.queue('q');
    const before = seconds();
    const id = queue.enqueue({ to: 'alice' });
    expect(id).toBe(1);
    expect(queue.enqueue({ to: 'bob' })).toBe(2);
    const job = queue.getJob(id);
    expect(job).toEqual({
      id,
      queue: 'q',
      payload: { to: 'alice' },
      state: 'pending',
      priority: 0,
      runAt: job?.createdAt,
      workerId: null,
      claimExpiresAt: null,
      attempts: 0,
      maxAttempts: 3,
      createdAt: expect.any(Number),
      expiresAt: null,
    });
    expect(job?.createdAt).toBeGreaterThanOrEqual(before);
  });

  it('takes priority, delay, expires and maxAttempts', () => {
    const queue = test.db.queue('q', { maxAttempts: 7 });
    const record = (options: EnqueueOptions) => queue.getJob(queue.enqueue(1, options));
    expect(record({})?.maxAttempts).toBe(7);
    expect(record({ maxAttempts: 1 })?.maxAttempts).toBe(1);
    expect(record({ priority: 10 })?.priority).toBe(10);
    expect(record({ priority: -10 })?.priority).toBe(-10);
    expect(record({ priority: Number.MAX_SAFE_INTEGER })?.priority).toBe(Number.MAX_SAFE_INTEGER);
    const delayed = record({ delay: 60, expires: 3600 });
    expect(delayed?.runAt).toBe((delayed?.createdAt ?? 0) + 60);
    expect(delayed?.expiresAt).toBe((delayed?.createdAt ?? 0) + 3600);
  });

  it('takes runAt as Unix seconds or as a Date, which never runs early', () => {
    const queue = test.db.queue('q');
    const runAt = (when: Date | number) => queue.getJob(queue.enqueue(1, { runAt: when }))?.runAt;
    expect(runAt(4_000_000_000)).toBe(4_000_000_000);
    expect(runAt(new Date(4_000_000_000_000))).toBe(4_000_000_000);
    expect(runAt(new Date(4_000_000_000_001))).toBe(4_000_000_001);
  });

  it('lets delay win over runAt', () => {
    const queue = test.db.queue('q');
    const job = queue.getJob(queue.enqueue(1, { delay: 5, runAt: 4_000_000_000 }));
    expect(job?.runAt).toBe((job?.createdAt ?? 0) + 5);
  });

  it.each<[object, RegExp]>([
    [{ delay: -1 }, /delay must be at least 0/],
    [{ delay: 1.5 }, /delay must be a whole number/],
    [{ delay: '5' }, /delay must be a number/],
    [{ delay: Number.NaN }, /delay must be a whole number/],
    [{ delay: 2 ** 60 }, /delay must be a whole number/],
    [{ delay: null }, /delay must be a number, not null/],
    [{ delay: 5n }, /delay must be a number/],
    [{ runAt: new Date(Number.NaN) }, /runAt must be a valid date/],
    [{ runAt: '2026-01-01' }, /runAt must be a number/],
    [{ runAt: 0.5 }, /runAt must be a whole number/],
    [{ priority: 0.5 }, /priority must be a whole number/],
    [{ priority: Number.POSITIVE_INFINITY }, /priority must be a whole number/],
    [{ expires: -1 }, /expires must be at least 0/],
    [{ maxAttempts: 0 }, /maxAttempts must be at least 1/],
    [{ maxAttempts: [] }, /maxAttempts must be a number, not an array/],
    [{ delay: Object.create(null) }, /delay must be a number/],
  ])('names the option that is wrong in $0, and writes nothing', (options, problem) => {
    const queue = test.db.queue('q');
    expect(() => queue.enqueue(1, options as EnqueueOptions)).toThrow(problem);
    expect(() => queue.enqueueMany([1], options as EnqueueOptions)).toThrow(problem);
    test.db.transaction((tx) => {
      expect(() => queue.enqueueTx(tx, 1, options as EnqueueOptions)).toThrow(problem);
    });
    expect(test.count('_honker_live')).toBe(0);
  });

  it.each<[unknown, RegExp]>([
    ['', /name must not be empty/],
    ['a\0b', /name must not contain a NUL/],
    [5, /name must be a string/],
    [undefined, /name must be a string, not undefined/],
  ])('a queue cannot be called $0', (name, problem) => {
    expect(() => test.db.queue(name as string)).toThrow(problem);
  });

  it.each<[object, RegExp]>([
    [{ visibilityTimeoutS: 0 }, /visibilityTimeoutS must be at least 1/],
    [{ visibilityTimeoutS: 0.5 }, /visibilityTimeoutS must be a whole number/],
    [{ maxAttempts: 0 }, /maxAttempts must be at least 1/],
  ])('a queue cannot have $0', (options, problem) => {
    expect(() => test.db.queue('q', options)).toThrow(problem);
  });
});

describe('a payload', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a boolean', true],
    ['a number', 0.30000000000000004],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER],
    ['a number beyond it', 2 ** 64],
    ['the smallest number', 5e-324],
    ['an empty string', ''],
    ['text of many scripts', 'Grüße, 世界 🐿️ مرحبا'],
    ['a NUL inside', 'a\0b'],
    ['lone surrogates', { '\udc00': '\ud800' }],
    ['quotes and control characters', '"\\\n\u2028\u0001'],
    ['an empty array', []],
    ['something deep', JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`)],
    ['a megabyte', { text: 'é'.repeat(500_000) }],
    ['keys that objects have already', JSON.parse('{"__proto__": 1, "constructor": 2}')],
  ])('comes back as it was: $0', (_, payload) => {
    const queue = test.db.queue('q');
    const [one] = [queue.enqueue(payload)];
    const [many] = queue.enqueueMany([payload]);
    expect(queue.getJob(one)?.payload).toEqual(payload);
    expect(queue.getJob(many as number)?.payload).toEqual(payload);
    expect(queue.claimBatch('w', 2).map((job) => job.payload)).toEqual([payload, payload]);
  });

  it('is what JSON makes of it: dates are text, undefined properties are gone', () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue({ at: new Date(0), gone: undefined, list: [undefined] });
    expect(queue.getJob(id)?.payload).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [null] });
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const throws = {
    toJSON() {
      throw new Error('not me');
    },
  };
  it.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /undefined/],
    ['a function', () => {}, /./],
    ['a symbol', Symbol('s'), /./],
    ['what toJSON makes undefined', { toJSON: () => undefined }, /./],
    ['a bigint', 5n, /BigInt/],
    ['a bigint inside', { a: [5n] }, /BigInt/],
    ['a cycle', cycle, /circular/i],
    ['one whose toJSON throws', throws, /not me/],
  ])('is refused, and nothing is written: $0', (_, payload, problem) => {
    const queue = test.db.queue('q');
    expect(() => queue.enqueue(payload)).toThrow(TypeError);
    expect(() => queue.enqueue(payload)).toThrow(problem);
    expect(() => queue.enqueueMany([1, payload])).toThrow(TypeError);
    test.db.transaction((tx) => {
      expect(() => queue.enqueueTx(tx, payload)).toThrow(TypeError);
    });
    expect(test.count('_honker_live')).toBe(0);
  });
});

describe('enqueueMany()', () => {
  it('returns the ids in the order of the payloads', () => {
    const queue = test.db.queue<number>('q');
    const payloads = Array.from({ length: 10_000 }, (_, i) => i);
    const ids = queue.enqueueMany(payloads, { priority: 3, maxAttempts: 2 });
    expect(ids).toHaveLength(10_000);
    expect(new Set(ids).size).toBe(10_000);
    expect(queue.getJob(ids[1234] as number)).toMatchObject({
      payload: 1234,
      priority: 3,
      maxAttempts: 2,
    });
  });

  it('takes none at all', () => {
    expect(test.db.queue('q').enqueueMany([])).toEqual([]);
  });

  it('enqueues all or none', () => {
    test.raw.exec(`CREATE TRIGGER no_seven BEFORE INSERT ON _honker_live WHEN new.payload = '7'
      BEGIN SELECT raise(ABORT, 'no seven'); END`);
    expect(() => test.db.queue('q').enqueueMany([5, 6, 7])).toThrow(/no seven/);
    expect(test.count('_honker_live')).toBe(0);
  });

  it('takes an array only, without holes', () => {
    const enqueueMany = test.db.queue('q').enqueueMany.bind(test.db.queue('q')) as (
      payloads: unknown,
    ) => number[];
    for (const wrong of [undefined, null, 'abc', new Set([1]), { length: 1 }]) {
      expect(() => enqueueMany(wrong)).toThrow(/payloads must be an array/);
    }
    expect(() => enqueueMany([1, undefined])).toThrow(/payloads\[1\] must be .* not undefined/);
    expect(() => enqueueMany(new Array(2))).toThrow(/payloads\[0\] must be .* not undefined/);
    expect(test.count('_honker_live')).toBe(0);
  });
});

it('the WAL stays small, however many jobs are enqueued one by one', () => {
  const db = open(test.path);
  const queue = db.queue('q');
  test.raw.close(); // a reader would be a reason for it to grow
  const payload = 'x'.repeat(100);
  for (let i = 0; i < 60_000; i++) queue.enqueue(payload);
  // Some 20 MB, and what is written while the disk stands still; without checkpoints it would be more than 500.
  expect(statSync(`${test.path}-wal`).size).toBeLessThan(200e6);
  db.close();
});
