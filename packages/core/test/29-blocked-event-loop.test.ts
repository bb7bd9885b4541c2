import { once } from 'node:events';
import type { EventLoopBlockedError } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { Program } from './program.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

const cell = new Int32Array(new SharedArrayBuffer(4));

/** Nothing else happens in this thread meanwhile. */
function block(ms: number): void {
  Atomics.wait(cell, 0, 0, ms);
}

function blockUntil(condition: () => boolean): void {
  const giveUpAt = performance.now() + 20_000;
  while (!condition() && performance.now() < giveUpAt) block(5);
}

/** Longer than the lease of 1 s. */
const TOO_LONG_MS = 1200;

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a handler that blocks the event loop for longer than its lease', () => {
  it('is told of when it returns, and so is that the job was lost to another process', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const owner = test.raw.prepare('SELECT worker_id FROM _honker_live').pluck();
    let other: Program | undefined;
    let begun = 0;
    let blockedMs = 0;
    const worker = queue.work(() => {
      const first = owner.get();
      begun = performance.now();
      other = new Program('claim-and-hang.mjs', [test.path, 'q', 60]);
      blockUntil(() => owner.get() !== first);
      blockedMs = performance.now() - begun;
    });
    const events: string[] = [];
    const told = new Gate<EventLoopBlockedError>();
    worker.on('completed', () => events.push('completed'));
    worker.on('error', (error) => {
      events.push('error');
      told.open(error as EventLoopBlockedError);
    });
    const lost = new Gate();
    worker.on('lost', (job) => {
      events.push(`lost ${job.id}`);
      lost.open();
    });
    const error = await told.opened;
    const sinceBegunMs = performance.now() - begun;
    expect(error).toMatchObject({ code: 'HONKER_EVENT_LOOP_BLOCKED', jobIds: [id] });
    // The heartbeat was due after a third of the lease, and since then it is known.
    expect(error.blockedMs).toBeGreaterThan(blockedMs - 400);
    expect(error.blockedMs).toBeLessThan(sinceBegunMs);
    const seconds = (error.blockedMs / 1000).toFixed(1);
    expect(error.message).toContain(`at least ${seconds} s while job ${id} ran`);
    expect(error.message).toMatch(/The lease is 1 s.*Move long computations to a worker thread/);
    await lost.opened;
    await worker.stop();
    expect(events).toEqual(['error', `lost ${id}`]);
    expect(await other?.message()).toEqual({ id, attempts: 2 });
    expect(test.live('id, state, attempts')).toEqual([{ id, state: 'processing', attempts: 2 }]);
    await other?.kill();
  });

  it('is told of although it blocked after an await', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const worker = queue.work(async () => {
      await nextTurn();
      block(TOO_LONG_MS);
    });
    const [error] = await once(worker, 'error');
    expect(error).toMatchObject({ code: 'HONKER_EVENT_LOOP_BLOCKED', jobIds: [id] });
    await worker.stop();
  });

  it('and has not returned yet is told of with those that ran beside it', async () => {
    const queue = test.db.queue<string>('q', { visibilityTimeoutS: 1 });
    const ids = queue.enqueueMany(['blocks', 'waits', 'ahead']);
    const finish = new Gate();
    const worker = queue.work(
      async ({ payload }) => {
        await nextTurn();
        if (payload === 'blocks') block(TOO_LONG_MS);
        await finish.opened;
      },
      { concurrency: 2, prefetch: 1 },
    );
    const [error] = await once(worker, 'error');
    expect(error.jobIds).toEqual(ids.slice(0, 2));
    expect(error.message).toContain(`while jobs ${ids[0]}, ${ids[1]} ran`);
    finish.open();
    await worker.stop();
  });

  it('is told of once, and again the next time', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    queue.enqueueMany([1, 2]);
    let handled = 0;
    const errors: Error[] = [];
    const worker = queue.work(() => {
      handled++;
      if (handled <= 2) block(TOO_LONG_MS);
    });
    worker.on('error', (error) => errors.push(error));
    // Those that were lost are handled again.
    await test.until(() => test.count('_honker_live') === 0);
    await worker.stop();
    expect(errors).toHaveLength(2);
  });
});

describe('nothing is told', () => {
  // A machine that is busy with other things may well keep this process waiting for a second.
  const LEASE_S = 2;

  it('of those that waited beside the one that blocked and returned', async () => {
    const queue = test.db.queue<string>('q', { visibilityTimeoutS: 1 });
    const [waits, blocks] = queue.enqueueMany(['waits', 'blocks']) as [number, number];
    const finish = new Gate();
    const worker = queue.work(
      async ({ id }) => {
        if (id === waits) await finish.opened;
        else block(TOO_LONG_MS);
      },
      { concurrency: 2 },
    );
    const errors: EventLoopBlockedError[] = [];
    worker.on('error', (error) => errors.push(error as EventLoopBlockedError));
    await once(worker, 'error');
    const beats = () => test.uses('UPDATE _honker_live SET claim_expires_at%');
    const before = beats();
    while (beats() === before) await nextTurn();
    finish.open();
    await worker.stop();
    expect(errors.map(({ jobIds }) => jobIds)).toEqual([[blocks]]);
  });

  it('when it was the database that kept leases from being extended', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: LEASE_S });
    queue.enqueue(1);
    const started = new Gate();
    const finish = new Gate();
    const errors: Error[] = [];
    const worker = queue.work(async () => {
      started.open();
      await finish.opened;
    });
    worker.on('error', (error) => errors.push(error));
    await started.opened;
    test.raw.exec('BEGIN IMMEDIATE');
    await new Promise((resolve) => setTimeout(resolve, LEASE_S * 1000 + 200));
    finish.open();
    await nextTurn();
    test.raw.exec('COMMIT');
    await worker.stop();
    expect(errors).toEqual([]);
  });

  it('of a handler that takes long, and blocks for less than its lease at a time', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: LEASE_S });
    queue.enqueue(1);
    const errors: Error[] = [];
    const worker = queue.work(async () => {
      const endsAt = performance.now() + LEASE_S * 1500;
      while (performance.now() < endsAt) {
        block(150);
        await nextTurn();
      }
    });
    worker.on('error', (error) => errors.push(error));
    await once(worker, 'completed');
    await worker.stop();
    expect(errors).toEqual([]);
  });

  it('of a handler that settled its job, and went on for longer than the lease', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: LEASE_S });
    queue.enqueue(1);
    const events: unknown[] = [];
    const returned = new Gate<boolean>();
    const worker = queue.work(async (job, { signal }) => {
      job.ack();
      const endsAt = performance.now() + LEASE_S * 1200;
      while (performance.now() < endsAt) {
        block(100);
        await nextTurn();
      }
      returned.open(signal.aborted);
    });
    worker.on('error', (error) => events.push(error));
    worker.on('lost', (job) => events.push(job));
    expect(await returned.opened).toBe(false);
    await worker.stop();
    expect(events).toEqual([]);
  });
});
