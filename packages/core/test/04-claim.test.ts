import { beforeEach, describe, expect, it } from 'vitest';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

const seconds = () => Math.floor(Date.now() / 1000);

describe('claimOne() and claimBatch()', () => {
  it('claim the highest priority first, then what is due for longest, then the oldest', () => {
    const queue = test.db.queue<string>('q');
    queue.enqueue('d');
    queue.enqueue('e');
    queue.enqueue('c', { runAt: 1000 });
    queue.enqueue('b', { priority: 1 });
    queue.enqueue('a', { priority: 2 });
    queue.enqueue('f', { priority: -1 });
    expect(queue.claimOne('w')?.payload).toBe('a');
    expect(queue.claimBatch('w', 3).map((job) => job.payload)).toEqual(['b', 'c', 'd']);
    expect(queue.claimBatch('w', 100).map((job) => job.payload)).toEqual(['e', 'f']);
    expect(queue.claimOne('w')).toBeNull();
    expect(queue.claimBatch('w', 5)).toEqual([]);
  });

  it('give a job with a lease of the visibility timeout', () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 60 });
    const id = queue.enqueue({ a: 1 });
    const before = seconds();
    const job = queue.claimOne('worker-1');
    expect(job).toMatchObject({
      id,
      queue: 'q',
      payload: { a: 1 },
      workerId: 'worker-1',
      attempts: 1,
      isSettled: false,
    });
    expect(job?.claimExpiresAt).toBeGreaterThanOrEqual(before + 60);
    expect(job?.claimExpiresAt).toBeLessThanOrEqual(seconds() + 60);
    expect(queue.getJob(id)).toMatchObject({
      state: 'processing',
      workerId: 'worker-1',
      claimExpiresAt: job?.claimExpiresAt,
      attempts: 1,
    });
  });

  it('leave jobs alone that are scheduled for later, expired, or of another queue', () => {
    const queue = test.db.queue('q');
    const later = queue.enqueue(1, { delay: 3600 });
    queue.enqueue(2, { expires: 0 });
    test.db.queue('other').enqueue(3);
    expect(queue.claimOne('w')).toBeNull();
    expect(queue.dead.list()).toMatchObject([{ payload: 2, lastError: 'expired', attempts: 0 }]);
    test.raw.exec(`UPDATE _honker_live SET run_at = unixepoch() WHERE id = ${later}`);
    expect(queue.claimOne('w')?.id).toBe(later);
  });

  it('claim a job again whose lease has expired, until its attempts are used up', () => {
    const queue = test.db.queue('q', { maxAttempts: 2 });
    const id = queue.enqueue(1);
    expect(queue.claimOne('w')?.attempts).toBe(1);
    expect(queue.claimOne('w')).toBeNull();
    test.expireLeases();
    expect(queue.claimOne('w')?.attempts).toBe(2);
    test.expireLeases();
    expect(queue.claimOne('w')).toBeNull();
    expect(queue.dead.list()).toMatchObject([
      { id, attempts: 2, lastError: 'max attempts exceeded' },
    ]);
  });

  it('bury at most 1,000 jobs a call, and find what is ready behind them in the next', () => {
    const queue = test.db.queue<string>('q');
    queue.enqueueMany(
      Array.from({ length: 1500 }, () => 'expired'),
      { expires: 0, priority: 1 },
    );
    const id = queue.enqueue('good');
    expect(queue.claimOne('w')).toBeNull();
    expect(test.count('_honker_dead')).toBe(1000);
    expect(queue.claimOne('w')?.id).toBe(id);
    expect(test.count('_honker_dead')).toBe(1500);
  });

  it('check their arguments', () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const claimBatch = queue.claimBatch.bind(queue) as (...args: unknown[]) => unknown;
    expect(() => queue.claimOne('')).toThrow(/workerId must not be empty/);
    expect(() => claimBatch(undefined, 1)).toThrow(/workerId must be a string/);
    expect(() => claimBatch('w', 0)).toThrow(/count must be at least 1/);
    expect(() => claimBatch('w', 1.5)).toThrow(/count must be a whole number/);
    expect(() => claimBatch('w')).toThrow(/count must be a number/);
    expect(() => queue.claim('')).toThrow(/workerId must not be empty/);
    expect(queue.getJob(1)?.state).toBe('pending');
  });
});

describe('a claimed job', () => {
  it('is deleted by ack(), once', () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const job = queue.claimOne('w');
    expect(job?.ack()).toBe(true);
    expect(job?.isSettled).toBe(true);
    expect(queue.getJob(id)).toBeNull();
    expect(job?.ack()).toBe(false);
  });

  it('is given back by retry(), to run later', () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const before = seconds();
    expect(queue.claimOne('w')?.retry(60, 'smtp timeout')).toBe(true);
    const record = queue.getJob(id);
    expect(record).toMatchObject({ state: 'pending', attempts: 1, workerId: null });
    expect(record?.runAt).toBeGreaterThanOrEqual(before + 60);
    expect(queue.claimOne('w')).toBeNull();
  });

  it('may be retried at once', () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    queue.claimOne('w')?.retry(0);
    expect(queue.claimOne('w')?.attempts).toBe(2);
  });

  it('goes to dead when retry() finds its attempts used up', () => {
    const queue = test.db.queue('q', { maxAttempts: 1 });
    const id = queue.enqueue(1);
    expect(queue.claimOne('w')?.retry(60, 'smtp timeout')).toBe(true);
    expect(queue.getJob(id)).toBeNull();
    expect(queue.dead.list()).toMatchObject([{ id, lastError: 'smtp timeout' }]);
  });

  it.each<[string, unknown, string | null]>([
    ['text', 'hopeless', 'hopeless'],
    ['an error', new RangeError('too far'), 'RangeError: too far'],
    ['nothing', undefined, null],
    ['a number', 5, '5'],
  ])('goes to dead by fail(), with the reason: $0', (_, error, lastError) => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    expect(queue.claimOne('w')?.fail(error)).toBe(true);
    expect(queue.dead.list()).toMatchObject([{ id, lastError, attempts: 1 }]);
  });

  it('has its lease extended by heartbeat()', () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 10 });
    const id = queue.enqueue(1);
    const job = queue.claimOne('w');
    const end = () => queue.getJob(id)?.claimExpiresAt ?? 0;
    expect(job?.heartbeat(1000)).toBe(true);
    expect(end()).toBeGreaterThanOrEqual(seconds() + 990);
    expect(job?.heartbeat()).toBe(true);
    expect(end()).toBeLessThanOrEqual(seconds() + 10);
  });

  it('checks what its methods are given', () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const job = queue.claimOne('w');
    expect(() => job?.retry(-1)).toThrow(/delayS must be at least 0/);
    expect(() => job?.retry(0.5)).toThrow(/delayS must be a whole number/);
    expect(() => (job as { retry(): boolean } | null)?.retry()).toThrow(/delayS must be a number/);
    expect(() => job?.heartbeat(-1)).toThrow(/extendS must be at least 0/);
    expect(job?.isSettled).toBe(false);
    expect(job?.ack()).toBe(true);
  });
});

describe('a lost lease', () => {
  const actions = {
    ack: (job: { ack(): boolean }) => job.ack(),
    retry: (job: { retry(delayS: number): boolean }) => job.retry(0),
    fail: (job: { fail(): boolean }) => job.fail(),
    heartbeat: (job: { heartbeat(): boolean }) => job.heartbeat(),
  };

  it.each(Object.entries(actions))('can not %s, once it has expired', (_, action) => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const job = queue.claimOne('w');
    test.expireLeases();
    const before = test.raw.prepare('SELECT * FROM _honker_live').all();
    expect(job && action(job)).toBe(false);
    expect(test.raw.prepare('SELECT * FROM _honker_live').all()).toEqual(before);
    expect(job?.isSettled).toBe(false);
  });

  it.each(Object.entries(actions))('can not %s, once another has the job', (_, action) => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const job = queue.claimOne('w1');
    test.expireLeases();
    const other = queue.claimOne('w2');
    expect(job && action(job)).toBe(false);
    expect(other?.ack()).toBe(true);
  });

  it.each(Object.entries(actions))(
    'can not %s, once the same worker id has claimed the job again',
    (_, action) => {
      const queue = test.db.queue('q');
      const id = queue.enqueue(1);
      const job = queue.claimOne('w');
      test.expireLeases();
      const again = queue.claimOne('w');
      const before = test.raw.prepare('SELECT * FROM _honker_live').all();
      expect(job && action(job)).toBe(false);
      expect(test.raw.prepare('SELECT * FROM _honker_live').all()).toEqual(before);
      expect(again).toMatchObject({ id, attempts: 2 });
      expect(again?.heartbeat()).toBe(true);
      expect(again?.ack()).toBe(true);
    },
  );

  it.each(Object.entries(actions))('can not %s, once the job was cancelled', (_, action) => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const job = queue.claimOne('w');
    expect(queue.cancel(id)).toBe(true);
    expect(job && action(job)).toBe(false);
    expect(test.count('_honker_dead')).toBe(0);
  });
});

describe('the queue', () => {
  it('acks many jobs of one worker, and says how many', () => {
    const queue = test.db.queue('q');
    const ids = queue.enqueueMany([1, 2, 3, 4]);
    queue.claimBatch('w', 3);
    expect(queue.ackBatch(ids, 'w')).toBe(3);
    expect(queue.ackBatch(ids, 'w')).toBe(0);
    expect(queue.ackBatch([], 'w')).toBe(0);
    expect(test.live('id')).toEqual([{ id: ids[3] }]);
    expect(() => queue.ackBatch(['1' as unknown as number], 'w')).toThrow(/id must be a number/);
    expect(() => queue.ackBatch([1], '')).toThrow(/workerId/);
  });

  it('cancels what waits and what runs', () => {
    const queue = test.db.queue('q');
    const [first, second] = queue.enqueueMany([1, 2]) as [number, number];
    queue.claimOne('w');
    expect(queue.cancel(first)).toBe(true);
    expect(queue.cancel(second)).toBe(true);
    expect(queue.cancel(second)).toBe(false);
    expect(test.count('_honker_live')).toBe(0);
    const other = test.db.queue('other').enqueue(1);
    expect(queue.cancel(other)).toBe(false);
    expect(test.db.transaction((tx) => queue.cancelTx(tx, other))).toBe(false);
    expect(queue.getJob(other)).toBeNull();
    expect(test.db.queue('other').cancel(other)).toBe(true);
    expect(() => queue.cancel(1.5)).toThrow(/id must be a whole number/);
  });

  it('tells of a job, until it is gone', () => {
    const queue = test.db.queue('q');
    expect(queue.getJob(1)).toBeNull();
    const id = queue.enqueue(1);
    expect(queue.getJob(id)?.id).toBe(id);
    queue.cancel(id);
    expect(queue.getJob(id)).toBeNull();
    expect(() => queue.getJob('1' as unknown as number)).toThrow(/id must be a number/);
  });

  it('counts its jobs', () => {
    const queue = test.db.queue('q');
    const none = { queue: 'q', ready: 0, scheduled: 0, processing: 0, dead: 0, oldestReadyS: null };
    expect(queue.stats()).toEqual(none);
    queue.enqueueMany([1, 2, 3, 4, 5]);
    queue.enqueue(6, { delay: 100 });
    queue.claimBatch('w', 2)[0]?.fail();
    test.raw.exec(`UPDATE _honker_live SET run_at = run_at - 30 WHERE state = 'pending'`);
    const stats = queue.stats();
    expect(stats).toMatchObject({ queue: 'q', ready: 3, scheduled: 1, processing: 1, dead: 1 });
    expect(stats.oldestReadyS).toBeGreaterThanOrEqual(30);
    expect(stats.oldestReadyS).toBeLessThan(40);
  });
});
