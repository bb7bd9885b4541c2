import { once } from 'node:events';
import { open } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { Program } from './program.js';
import { openRaw, TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

describe('while another process holds the lock', () => {
  it('a worker neither fails nor blocks the event loop, and goes on when it is free', async () => {
    const queue = test.db.queue('q');
    queue.enqueueMany([1, 2]);
    const running = new Gate();
    const finish = new Gate();
    const errors: Error[] = [];
    const worker = queue.work(async () => {
      running.open();
      await finish.opened;
    });
    worker.on('error', (error) => errors.push(error));
    await running.opened;
    const holder = new Program('hold-lock.mjs', [test.path]);
    await holder.message();
    const completed = once(worker, 'completed');
    finish.open();
    let longest = 0;
    const begun = performance.now();
    for (let last = begun; last - begun < 150; ) {
      await new Promise((resolve) => setImmediate(resolve));
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    expect(test.count('_honker_live')).toBe(2);
    // A wait for the lock would be the 5 s of the connection; 100 ms is a machine that is busy elsewhere.
    expect(longest).toBeLessThan(100);
    holder.send('release');
    await completed;
    await holder.success();
    expect(errors).toEqual([]);
    await worker.stop();
  });

  it('claim() waits for it, and ends at once on its signal', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const holder = new Program('hold-lock.mjs', [test.path]);
    await holder.message();
    const controller = new AbortController();
    const next = queue.claim('w', { signal: controller.signal }).next();
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    holder.send('release');
    await holder.success();
    expect(test.live()).toEqual([{ id, state: 'pending', attempts: 0 }]);
  }, 5_000);

  it('a call of the application waits as long as its connection does', async () => {
    const holder = new Program('hold-lock.mjs', [test.path]);
    await holder.message();
    const db = open(openRaw(test.path, { timeout: 50 }));
    const begun = performance.now();
    expect(() => db.queue('q').enqueue(1)).toThrow(
      expect.objectContaining({ code: 'SQLITE_BUSY' }),
    );
    expect(performance.now() - begun).toBeGreaterThanOrEqual(40);
    db.close();
    holder.send('release');
    await holder.success();
  });

  it('the busy timeout of a connection that was given stays what it was', async () => {
    const raw = openRaw(test.path, { timeout: 1234 });
    const db = open(raw);
    const worker = db.queue('q').work(() => {});
    db.queue('q').enqueue(1);
    await once(worker, 'completed');
    await worker.stop();
    expect(raw.pragma('busy_timeout', { simple: true })).toBe(1234);
    db.close();
  });
});

describe('while the application has a transaction open on the same connection', () => {
  it('background work waits, and is no part of it when it is rolled back', async () => {
    const queue = test.db.queue<number>('q', { visibilityTimeoutS: 1 });
    queue.enqueue(1);
    const running = new Gate();
    const finish = new Gate();
    const worker = queue.work(
      async () => {
        running.open();
        await finish.opened;
      },
      { concurrency: 2 },
    );
    const completed: number[] = [];
    const errors: Error[] = [];
    worker.on('completed', (job) => completed.push(job.payload));
    worker.on('error', (error) => errors.push(error));
    await running.opened;
    const tx = test.db.transaction();
    tx.execute('CREATE TABLE t (x)');
    queue.enqueueTx(tx, 2);
    finish.open();
    // Longer than the longest pause between honker's tries, and than the interval of heartbeats.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(tx.query('SELECT id, state FROM _honker_live')).toEqual([
      { id: 1, state: 'processing' },
      { id: 2, state: 'pending' },
    ]);
    expect(completed).toEqual([]);
    tx.rollback();
    await once(worker, 'completed');
    await worker.stop();
    expect(completed).toEqual([1]);
    expect(errors).toEqual([]);
    expect(test.live()).toEqual([]);
    expect(test.db.query(`SELECT name FROM sqlite_schema WHERE name = 't'`)).toEqual([]);
  });

  it('the same with a transaction that the application began by itself', async () => {
    const raw = openRaw(test.path);
    const db = open(raw);
    const queue = db.queue('q');
    const id = queue.enqueue(1);
    raw.exec('BEGIN IMMEDIATE');
    let handled = 0;
    const worker = queue.work(() => {
      handled++;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(handled).toBe(0);
    raw.exec('ROLLBACK');
    const [job] = await once(worker, 'completed');
    expect(job).toMatchObject({ id, attempts: 1 });
    await worker.stop();
    db.close();
  });

  it('handlers that settle a job themselves are told what to do', async () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const tx = new Gate<unknown>();
    const worker = queue.work((job) => {
      const open = test.db.transaction();
      try {
        job.ack();
      } catch (error) {
        tx.open(error);
      }
      open.rollback();
    });
    expect(await tx.opened).toMatchObject({ code: 'HONKER_TRANSACTION_OPEN' });
    await worker.stop();
  });
});
