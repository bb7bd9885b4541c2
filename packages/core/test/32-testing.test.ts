import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openAsync } from '@honker/core/adapter';
import { assertEnqueued, drain, temporaryDatabase, testClock } from '@honker/core/testing';
import { describe, expect, it } from 'vitest';
import { atEnd } from './cleanup.js';
import { PromisedConnection } from './connections/promised-connection.ts';
import { Gate } from './gate.js';
import { openRaw, temporaryPath } from './temporary-database.js';

/** So many that whoever has nothing to do has come to rest. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) await setImmediate();
}

function temporary() {
  const db = temporaryDatabase();
  atEnd(() => db.close());
  return db;
}

async function asynchronous() {
  const db = await openAsync(new PromisedConnection(openRaw(temporaryPath())));
  atEnd(() => db.close());
  return db;
}

describe('temporaryDatabase()', () => {
  it('is a file of its own, deleted when it is closed', () => {
    const db = temporaryDatabase();
    const other = temporary();
    expect(db.path).not.toBe(other.path);
    db.queue('q').enqueue(1);
    expect(other.queue('q').stats().ready).toBe(0);
    expect(existsSync(db.path)).toBe(true);
    db.close();
    expect(existsSync(dirname(db.path))).toBe(false);
    db.close();
  });
});

describe('drain()', () => {
  it('runs what is ready, in order, and what that enqueues', async () => {
    const queue = temporary().queue<number>('q');
    queue.enqueueMany([1, 2]);
    queue.enqueue(0, { priority: 1 });
    const seen: number[] = [];
    const { completed, failed, dead } = await drain(queue, async ({ payload }) => {
      seen.push(payload);
      if (payload !== 2) return;
      await turns(); // none is ready, and this one runs
      queue.enqueue(3);
    });
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(completed.map((job) => job.payload)).toEqual(seen);
    expect([failed, dead]).toEqual([[], []]);
    expect(queue.stats()).toMatchObject({ ready: 0, processing: 0 });
  });

  it('tells what failed and what died, and leaves what is due later', async () => {
    const queue = temporary().queue<number>('q');
    queue.enqueue(1);
    queue.enqueue(2, { maxAttempts: 1 });
    queue.enqueue(3, { delay: 60 });
    const { completed, failed, dead } = await drain(queue, () => {
      throw new Error('no');
    });
    expect(completed).toEqual([]);
    expect(failed).toMatchObject([{ job: { payload: 1 }, error: { message: 'no' } }]);
    expect(dead).toMatchObject([{ job: { id: 2 }, error: { message: 'no' } }]);
    expect(queue.stats()).toMatchObject({ scheduled: 2, dead: 1 });
  });

  it('comes to its end where there is nothing, and where a claim finds nothing but what it buries', async () => {
    const db = temporary();
    const queue = db.queue<number>('q');
    expect(await drain(queue, () => {})).toEqual({ completed: [], failed: [], dead: [] });
    queue.enqueue(1, { expires: 5 });
    testClock(db).advance(10);
    expect((await drain(queue, () => {})).completed).toEqual([]);
    expect(queue.stats().dead).toBe(1);
  });

  it('runs several at a time, if asked', async () => {
    const queue = temporary().queue<number>('q');
    queue.enqueueMany([1, 2]);
    const both = new Gate();
    let running = 0;
    await drain(
      queue,
      async () => {
        running++;
        if (running === 2) both.open();
        await both.opened;
      },
      { concurrency: 2 },
    );
  });

  it('fails with what the worker reports', async () => {
    const queue = temporary().queue<number>('q');
    queue.enqueueMany([1, 2]);
    const draining = drain(queue, (job) => {
      job.ack();
      throw new Error('after the ack');
    });
    await expect(draining).rejects.toThrow('after the ack');
  });

  it('drains an asynchronous queue, too', async () => {
    const db = await asynchronous();
    const queue = db.queue<number>('q');
    await queue.enqueue(1);
    const { completed } = await drain(queue, async (job) => {
      expect(await job.heartbeat()).toBe(true);
    });
    expect(completed).toHaveLength(1);
  });
});

describe('testClock()', () => {
  it('makes due what is due later, and wakes who waits for it', async () => {
    const db = temporary();
    const queue = db.queue<string>('q');
    const handled = new Gate<string>();
    const worker = queue.work((job) => handled.open(job.payload));
    const events = db.updateEvents();
    queue.enqueue('tomorrow', { delay: 86_400 });
    await events.next();
    await events.return();
    await turns(); // the worker has met that commit, too, and sleeps
    const clock = testClock(db);
    clock.advance(86_000);
    expect(queue.claimOne('w')).toBe(null);
    await turns();
    clock.advance(400);
    expect(await handled.opened).toBe('tomorrow');
    await worker.stop();
  });

  it('fires schedules, and lets leases and locks run out', async () => {
    const db = temporary();
    const queue = db.queue('q', { visibilityTimeoutS: 60 });
    queue.enqueue(1);
    queue.claimOne('dead');
    const lock = db.tryLock('l', 'dead', 60);
    const clock = testClock(db);
    clock.set(new Date('2030-01-01T02:59:30'));
    expect(queue.claimOne('w')?.attempts).toBe(2);
    expect(lock?.heartbeat()).toBe(false);
    const scheduler = db.scheduler();
    scheduler.add({ name: 'nightly', queue: 'backups', schedule: '0 3 * * *' });
    expect(scheduler.tick()).toEqual([]);
    clock.advance(60);
    expect(scheduler.tick()).toMatchObject([
      { name: 'nightly', fireAt: new Date('2030-01-01T03:00:00').getTime() / 1000 },
    ]);
  });

  it('tells the time, goes on from where it was set, and back to the real one', () => {
    const db = temporary();
    const clock = testClock(db);
    const moment = new Date('2030-01-01T00:00:00Z');
    clock.set(moment);
    const late = clock.now().getTime() - moment.getTime();
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
    clock.reset();
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(60_000);
    expect(() => clock.set(new Date('never'))).toThrow(/valid date/);
    expect(() => clock.advance(0.5)).toThrow(/whole number/);
  });

  it('keeps the time of other databases', () => {
    const [db, other] = [temporary(), temporary()];
    testClock(db).advance(3600);
    other.queue('q').enqueue(1, { delay: 60 });
    expect(other.queue('q').claimOne('w')).toBe(null);
  });

  it('is awaited on an asynchronous database', async () => {
    const db = await asynchronous();
    await db.queue('q').enqueue(1, { delay: 60 });
    await testClock(db).advance(60);
    expect(await db.queue('q').claimOne('w')).not.toBe(null);
  });
});

describe('assertEnqueued()', () => {
  it('finds a job by a part of its payload, waiting or claimed, and returns it', () => {
    const queue = temporary().queue<{ to: string; tags: string[] }>('q');
    queue.enqueueMany(Array.from({ length: 250 }, (_, n) => ({ to: `${n}`, tags: [] })));
    const id = queue.enqueue({ to: 'alice', tags: ['a', 'b'] }, { priority: -1, maxAttempts: 7 });
    expect(assertEnqueued(queue, { to: 'alice' }).id).toBe(id);
    assertEnqueued(queue, { tags: ['a', 'b'] }, { maxAttempts: 7, priority: -1 });
    queue.claimOne('w');
    expect(assertEnqueued(queue, { to: '0' }, { state: 'processing' }).workerId).toBe('w');
    expect(() => assertEnqueued(queue, { tags: ['a'] })).toThrow(/and 231 more/);
  });

  it('shows what is there instead', () => {
    const queue = temporary().queue<{ to: string }>('q');
    expect(() => assertEnqueued(queue, { to: 'alice' })).toThrow(
      'no job of queue "q" is like { payload: { to: \'alice\' } }; there is none',
    );
    queue.enqueue({ to: 'bob' });
    expect(() => assertEnqueued(queue, { to: 'alice' })).toThrow(/there are:\n.*to: 'bob'/);
    expect(() => assertEnqueued(queue, { to: 'bob' }, { priority: 1 })).toThrow(/priority: 1/);
    expect(() => assertEnqueued(queue, { to: 'bob' }, { state: 'processing' })).toThrow(/bob/);
  });

  it('compares what is no object as a whole', async () => {
    const db = temporary();
    db.queue('q').enqueue('text');
    assertEnqueued(db.queue<string>('q'), 'text');
    expect(() => assertEnqueued(db.queue<string>('q'), 'tex')).toThrow(/no job/);
    const later = await asynchronous();
    await later.queue<number>('q').enqueue(5);
    expect((await assertEnqueued(later.queue<number>('q'), 5)).id).toBe(1);
    await expect(assertEnqueued(later.queue<number>('q'), 6)).rejects.toThrow(/no job/);
  });
});
