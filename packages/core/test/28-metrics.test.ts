import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { FailError, RetryError } from '@honker/core';
import { describe, expect, it } from 'vitest';
import { atEnd } from './cleanup.js';
import { TestDatabase } from './temporary-database.js';

const none = { enqueued: 0, claimed: 0, acked: 0, retried: 0, dead: 0, lost: 0 };

/** What is published in a channel, until the end of the test. */
function messagesOf(name: string): unknown[] {
  const messages: unknown[] = [];
  const onMessage = (message: unknown) => void messages.push(message);
  subscribe(name, onMessage);
  atEnd(() => unsubscribe(name, onMessage));
  return messages;
}

describe('db.metrics()', () => {
  it('begins at nothing, and counts each queue apart', () => {
    const { db } = new TestDatabase();
    expect(db.metrics()).toEqual({ queues: {}, wakes: { count: 0, sumMs: 0, maxMs: 0 } });
    const [a, b] = [db.queue('a'), db.queue('b')];
    a.enqueue(1);
    a.enqueueMany([2, 3]);
    db.transaction((tx) => b.enqueueTx(tx, 1));
    expect(db.queue('a').name).toBe('a');
    expect(db.metrics().queues).toEqual({
      a: { ...none, enqueued: 3 },
      b: { ...none, enqueued: 1 },
    });
  });

  it('counts what is settled by hand', () => {
    const test = new TestDatabase();
    const queue = test.db.queue('q');
    queue.enqueueMany([1, 2, 3, 4]);
    const [acked, retried, failed, lost] = queue.claimBatch('w', 4);
    acked?.ack();
    retried?.retry(60, 'later');
    failed?.fail('never');
    test.expireLeases();
    queue.claimOne('other');
    lost?.ack();
    expect(test.db.metrics().queues.q).toEqual({
      enqueued: 4,
      claimed: 5,
      acked: 1,
      retried: 1,
      dead: 1,
      lost: 1,
    });
  });

  it('counts what a worker does, malformed rows included, and its wakes', async () => {
    const test = new TestDatabase();
    const queue = test.db.queue<string>('q', { maxAttempts: 1 });
    test.raw.exec("INSERT INTO _honker_live (queue, payload) VALUES ('q', 'not json')");
    const worker = queue.work(({ payload }) => {
      if (payload === 'retry') throw new RetryError('later', { delayS: 60 });
      if (payload === 'fail') throw new FailError('never');
    });
    const failed = once(worker, 'failed');
    queue.enqueue('fine');
    queue.enqueue('fail');
    queue.enqueue('retry', { maxAttempts: 2 });
    await failed;
    await worker.stop();
    const { queues, wakes } = test.db.metrics();
    expect(queues.q).toEqual({
      enqueued: 3,
      claimed: 4,
      acked: 1,
      retried: 1,
      dead: 2,
      lost: 0,
    });
    expect(wakes.maxMs).toBeLessThanOrEqual(wakes.sumMs);
  });

  it('counts wakes, and how late the event loop came to them', async () => {
    const { db } = new TestDatabase();
    const events = db.updateEvents();
    db.queue('q').enqueue(1);
    await events.next();
    await events.return();
    const { count, sumMs, maxMs } = db.metrics().wakes;
    expect(count).toBeGreaterThanOrEqual(1);
    expect(maxMs).toBeGreaterThan(0);
    expect(sumMs).toBeGreaterThanOrEqual(maxMs);
  });

  it('is a copy', () => {
    const { db } = new TestDatabase();
    db.queue('q').enqueue(1);
    const metrics = db.metrics();
    Object.assign(metrics.queues.q ?? {}, { enqueued: 99 });
    metrics.wakes.count = 99;
    expect(db.metrics().queues.q?.enqueued).toBe(1);
    expect(db.metrics().wakes.count).toBe(0);
  });
});

describe('node:diagnostics_channel', () => {
  it('tells of each as it happens', async () => {
    const names = ['enqueue', 'claim', 'ack', 'retry', 'dead', 'lost', 'wake'] as const;
    const told = Object.fromEntries(names.map((name) => [name, messagesOf(`honker:${name}`)]));
    const test = new TestDatabase();
    const { path } = test;
    const queue = test.db.queue('q');
    const events = test.db.updateEvents();
    const ids = queue.enqueueMany([1, 2]);
    const [first, second] = queue.claimBatch('w', 2);
    first?.retry(5, 'later');
    second?.fail('never');
    second?.ack();
    const id = queue.enqueue(3);
    queue.claimOne('w')?.ack();
    await events.next();
    await events.return();
    const job = (jobId: number | undefined) => ({ path, queue: 'q', jobId, attempts: 1 });
    expect(told).toMatchObject({
      enqueue: [
        { path, queue: 'q', jobIds: ids },
        { path, queue: 'q', jobIds: [id] },
      ],
      claim: [job(ids[0]), job(ids[1]), job(id)],
      retry: [{ ...job(ids[0]), delayS: 5, error: 'later' }],
      dead: [{ ...job(ids[1]), error: 'never' }],
      lost: [job(ids[1])],
      ack: [job(id)],
      wake: [{ path, latencyMs: expect.any(Number) }],
    });
  });

  it('tells what was wrong with a payload', () => {
    const dead = messagesOf('honker:dead');
    const test = new TestDatabase();
    test.raw.exec("INSERT INTO _honker_live (queue, payload) VALUES ('q', 'not json')");
    expect(test.db.queue('q').claimOne('w')).toBeNull();
    expect(dead).toMatchObject([{ jobId: 1, error: expect.any(SyntaxError) }]);
  });
});
