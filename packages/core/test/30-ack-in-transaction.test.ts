import { once } from 'node:events';
import {
  FailError,
  type Job,
  LeaseLostError,
  open,
  type Transaction,
  type Worker,
} from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { openRaw, TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
  test.raw.exec('CREATE TABLE effects (job INTEGER)');
});

/** What the job does. */
function work(tx: Transaction, job: Job<unknown>): void {
  tx.execute('INSERT INTO effects VALUES (?)', [job.id]);
  job.ackTx(tx);
}

const effects = () => test.raw.prepare('SELECT job FROM effects').pluck().all();

/** What a worker tells, in its order. */
function eventsOf(worker: Worker<unknown>): string[] {
  const events: string[] = [];
  for (const name of ['completed', 'failed', 'dead', 'lost'] as const) {
    worker.on(name, (job: { id: number }) => events.push(`${name} ${job.id}`));
  }
  worker.on('error', (error) => events.push(`error ${error.message}`));
  return events;
}

describe('job.ackTx()', () => {
  it('finishes a job with the commit', () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const job = queue.claimOne('w') as Job<unknown>;
    const tx = test.db.transaction();
    work(tx, job);
    expect(test.live('id, state')).toEqual([{ id, state: 'processing' }]);
    tx.commit();
    expect(test.live()).toEqual([]);
    expect(effects()).toEqual([id]);
    expect(job.ack()).toBe(false);
  });

  it('has done nothing after a rollback: the job can be finished otherwise', () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const job = queue.claimOne('w') as Job<unknown>;
    expect(() =>
      test.db.transaction((tx) => {
        work(tx, job);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(effects()).toEqual([]);
    expect(job.isSettled).toBe(false);
    expect(job.heartbeat()).toBe(true);
    test.db.transaction((tx) => work(tx, job));
    expect(effects()).toEqual([id]);
    expect(test.live()).toEqual([]);
  });

  it('throws when the lease was lost, so that the transaction rolls back', () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const job = queue.claimOne('w') as Job<unknown>;
    test.expireLeases();
    const stolen = queue.claimOne('thief');
    expect(() => test.db.transaction((tx) => work(tx, job))).toThrow(LeaseLostError);
    expect(effects()).toEqual([]);
    expect(stolen?.ack()).toBe(true);
  });

  it('takes the connection of the application', () => {
    const raw = openRaw(test.path);
    const db = open(raw);
    db.queue('q').enqueue(1);
    const job = db.queue('q').claimOne('w') as Job<unknown>;
    raw.transaction(() => job.ackTx(raw))();
    expect(test.live()).toEqual([]);
    db.close();
  });

  it('refuses a transaction that has ended, none, and one of another database', () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const job = queue.claimOne('w') as Job<unknown>;
    const tx = test.db.transaction();
    tx.rollback();
    const other = new TestDatabase();
    const otherTx = other.db.transaction();
    for (const handle of [tx, otherTx, test.raw, {} as Transaction]) {
      expect(() => job.ackTx(handle)).toThrow(
        expect.objectContaining({ code: 'HONKER_TRANSACTION_UNUSABLE' }),
      );
    }
    otherTx.rollback();
    expect(job.ack()).toBe(true);
  });

  it('is what ack() inside a transaction tells of', () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const job = queue.claimOne('w') as Job<unknown>;
    const tx = test.db.transaction();
    expect(() => job.ack()).toThrow('ackTx(tx)');
    tx.rollback();
  });
});

describe('a worker whose handler calls ackTx()', () => {
  it('tells that the job is completed when the handler returns', async () => {
    const queue = test.db.queue('q');
    const ids = queue.enqueueMany([1, 2]);
    const worker = queue.work((job) => test.db.transaction((tx) => work(tx, job)));
    const events = eventsOf(worker);
    while (events.length < 2) await once(worker, 'completed');
    await worker.stop();
    expect(effects()).toEqual(ids);
    expect(events).toEqual(ids.map((id) => `completed ${id}`));
    expect(test.live()).toEqual([]);
  });

  it('retries the job after a rollback by an error, and the effect is there once', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const worker = queue.work(
      (job) =>
        test.db.transaction((tx) => {
          work(tx, job);
          if (job.attempts === 1) throw new Error('once');
        }),
      { backoff: () => 0 },
    );
    const events = eventsOf(worker);
    await once(worker, 'completed');
    await worker.stop();
    expect(effects()).toEqual([id]);
    expect(events).toEqual([`failed ${id}`, `completed ${id}`]);
  });

  it('acks the job itself when the handler returns after a rollback', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const worker = queue.work((job) => {
      const tx = test.db.transaction();
      work(tx, job);
      tx.rollback();
    });
    const events = eventsOf(worker);
    await once(worker, 'completed');
    await worker.stop();
    expect(events).toEqual([`completed ${id}`]);
    expect(effects()).toEqual([]);
    expect(test.live()).toEqual([]);
  });

  it.each(['before', 'after'])('tells that the job was lost %s a rollback', async (moment) => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const steal = () => {
      test.expireLeases();
      queue.claimOne('thief');
    };
    const worker = queue.work((job) => {
      if (moment === 'before') steal();
      const tx = test.db.transaction();
      try {
        work(tx, job);
      } finally {
        tx.rollback();
      }
      steal();
    });
    const events = eventsOf(worker);
    await once(worker, 'lost');
    await worker.stop();
    expect(events).toEqual([`lost ${id}`]);
    expect(test.live('worker_id')).toEqual([{ worker_id: 'thief' }]);
    expect(effects()).toEqual([]);
  });

  it.each([
    ['an error', new Error('too late')],
    ['a FailError', new FailError('too late')],
  ])('tells of %s thrown after the commit, since nothing is retried', async (_, thrown) => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const worker = queue.work((job) => {
      test.db.transaction((tx) => work(tx, job));
      throw thrown;
    });
    const events = eventsOf(worker);
    expect(await once(worker, 'error')).toEqual([thrown]);
    await worker.stop();
    expect(events).toEqual(['error too late']);
    expect(effects()).toEqual([id]);
    expect(test.count('_honker_dead')).toBe(0);
  });

  it('takes no job for lost whose handler goes on after the commit, past its lease', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const finish = new Gate();
    const committed = new Gate<AbortSignal>();
    const worker = queue.work(async (job, { signal }) => {
      test.db.transaction((tx) => work(tx, job));
      committed.open(signal);
      await finish.opened;
    });
    const events = eventsOf(worker);
    const signal = await committed.opened;
    const beats = test.uses('UPDATE _honker_live SET claim_expires_at%');
    while (test.uses('UPDATE _honker_live SET claim_expires_at%') < beats + 2) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(signal.aborted).toBe(false);
    finish.open();
    await once(worker, 'completed');
    await worker.stop();
    expect(events).toEqual([`completed ${id}`]);
  });

  it('keeps the lease while the handler goes on after a rollback', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    queue.enqueue(1);
    const finish = new Gate();
    const worker = queue.work(async (job) => {
      const tx = test.db.transaction();
      work(tx, job);
      tx.rollback();
      test.raw.exec('UPDATE _honker_live SET claim_expires_at = unixepoch() + 1000');
      await finish.opened;
      test.db.transaction((again) => work(again, job));
    });
    const events = eventsOf(worker);
    const beaten = `SELECT count(*) FROM _honker_live WHERE claim_expires_at < unixepoch() + 100 AND attempts = 1`;
    await test.until(() => test.raw.prepare(beaten).pluck().get() === 1);
    finish.open();
    await once(worker, 'completed');
    await worker.stop();
    expect(effects()).toHaveLength(1);
    expect(events).toHaveLength(1);
  });

  it('and then never ends is stopped without a word of it', async () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const committed = new Gate();
    const worker = queue.work((job) => {
      test.db.transaction((tx) => work(tx, job));
      committed.open();
      return new Promise(() => {});
    });
    const events = eventsOf(worker);
    await committed.opened;
    await worker.stop({ timeoutMs: 0 });
    expect(events).toEqual([]);
    expect(test.live()).toEqual([]);
  });
});
