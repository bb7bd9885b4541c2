import { setImmediate } from 'node:timers/promises';
import type { Stream, StreamEvent } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Program } from './program.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
let orders: Stream<number>;
beforeEach(() => {
  test = new TestDatabase();
  orders = test.db.stream<number>('orders');
});

const READS = '%FROM _honker_stream INDEXED BY _honker_ix_topic WHERE topic = ?1 AND offset > ?2%';

async function take(
  events: AsyncGenerator<StreamEvent<number>, void>,
  count: number,
): Promise<number[]> {
  const payloads: number[] = [];
  while (payloads.length < count) {
    const { value } = await events.next();
    if (!value) throw new Error(`ended after ${payloads.length} of ${count}`);
    payloads.push(value.payload);
  }
  return payloads;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('follow()', () => {
  it('gives what comes after the call, with all there is to know', async () => {
    orders.publish(1);
    const events = orders.follow();
    test.db.stream('other').publish(2);
    const offset = orders.publishWithKey('k', 3);
    expect((await events.next()).value).toEqual({
      offset,
      topic: 'orders',
      key: 'k',
      payload: 3,
      createdAt: expect.any(Number),
    });
    await events.return();
  });

  it('begins behind an offset, without a gap or a repeat to what comes', async () => {
    orders.publishMany(range(1, 1200));
    const events = orders.follow({ after: 200 });
    expect(await take(events, 1000)).toEqual(range(201, 1200));
    const next = take(events, 300);
    orders.publishMany(range(1201, 1500));
    expect(await next).toEqual(range(1201, 1500));
    await events.return();
  });

  it('hears another process', async () => {
    const other = new Program('publish.mjs', [test.path]);
    await other.message();
    const events = test.db.stream<number>('c').follow({ after: 0 });
    const next = take(events, 1);
    other.send({ topic: 'c', payload: 5 });
    expect(await next).toEqual([5]);
    await events.return();
    other.send({});
    await other.success();
  });

  it('costs one query a commit, whatever the number of followers', async () => {
    const followers = range(1, 200).map(() => orders.follow());
    const firsts = Promise.all(followers.map((events) => take(events, 1)));
    orders.publish(0);
    await firsts;
    const before = test.uses(READS);
    for (const n of range(1, 20)) {
      const next = Promise.all(followers.map((events) => take(events, 1)));
      orders.publish(n);
      expect(await next).toEqual(followers.map(() => [n]));
    }
    await Promise.all(followers.map((events) => events.return()));
    // A wake that comes late may ask once more.
    expect(test.uses(READS) - before).toBeLessThanOrEqual(25);
  });

  it('loses nothing for one that lags, however far, and keeps little of it in memory', async () => {
    const quick = orders.follow();
    const slow = orders.follow();
    const firsts = [take(quick, 1), take(slow, 1)];
    orders.publish(0);
    await Promise.all(firsts);
    for (const from of [1, 1001, 2001, 3001]) {
      const next = take(quick, 1000);
      orders.publishMany(range(from, from + 999));
      expect(await next).toEqual(range(from, from + 999));
    }
    const before = test.uses(READS);
    expect(await take(slow, 4000)).toEqual(range(1, 4000));
    expect(test.uses(READS) - before).toBeGreaterThan(50);
    const next = take(slow, 1);
    orders.publish(5000);
    expect(await next).toEqual([5000]);
    await Promise.all([quick.return(), slow.return()]);
  });

  it('of one that comes late and far behind holds up nobody', async () => {
    orders.publishMany(range(1, 300));
    const early = orders.follow();
    const heard = take(early, 1);
    orders.publish(301);
    expect(await heard).toEqual([301]);
    const late = orders.follow({ after: 0 });
    const all = take(late, 302);
    const more = take(early, 1);
    orders.publish(302);
    expect(await more).toEqual([302]);
    expect(await all).toEqual(range(1, 302));
    await Promise.all([early.return(), late.return()]);
  });

  it('reads a backlog once', async () => {
    orders.publishMany(range(1, 3000));
    const before = test.uses(READS);
    const events = orders.follow({ after: 0 });
    expect(await take(events, 3000)).toEqual(range(1, 3000));
    await events.return();
    // 500 at a time; a wake that comes late may ask once more.
    expect(test.uses(READS) - before).toBeLessThanOrEqual(8);
  });

  it('asks for nothing while the only one lags, and goes on when it comes', async () => {
    const events = orders.follow();
    const first = take(events, 1);
    orders.publishMany(range(1, 400));
    await first;
    const before = test.uses(READS);
    const heard = test.db.listen('done');
    for (const n of range(401, 500)) orders.publish(n);
    test.db.notify('done', null);
    await heard.next();
    expect(test.uses(READS) - before).toBe(0);
    expect(await take(events, 499)).toEqual(range(2, 500));
    const next = take(events, 1);
    orders.publish(501);
    expect(await next).toEqual([501]);
    await Promise.all([events.return(), heard.return()]);
  });

  it('of one that comes while the only other lags begins where it asks to', async () => {
    orders.publishMany(range(1, 3000));
    const late = orders.follow({ after: 0 });
    const first = await take(late, 1);
    const before = test.uses(READS);
    const live = orders.follow();
    const next = take(live, 1);
    orders.publish(3001);
    expect(await next).toEqual([3001]);
    expect(test.uses(READS) - before).toBeLessThanOrEqual(3);
    expect([...first, ...(await take(late, 3000))]).toEqual(range(1, 3001));
    const both = [take(live, 1), take(late, 1)];
    orders.publish(3002);
    expect(await Promise.all(both)).toEqual([[3002], [3002]]);
    await Promise.all([live.return(), late.return()]);
  });

  it('loses nothing for the only other, that lags, when one comes that is ahead of it', async () => {
    orders.publishMany(range(1, 700));
    const late = orders.follow({ after: 0 });
    const first = await take(late, 1);
    const live = orders.follow();
    const next = take(live, 1);
    expect([...first, ...(await take(late, 699))]).toEqual(range(1, 700));
    orders.publish(701);
    expect(await next).toEqual([701]);
    await Promise.all([live.return(), late.return()]);
  });

  it('reads on for the only other, that lags, when one comes that is behind it', async () => {
    orders.publishMany(range(1, 3000));
    const ahead = orders.follow({ after: 2000 });
    const first = await take(ahead, 1);
    const behind = orders.follow({ after: 0 });
    const all = await take(behind, 1);
    const before = test.uses(READS);
    expect([...first, ...(await take(ahead, 999))]).toEqual(range(2001, 3000));
    expect(test.uses(READS) - before).toBeLessThanOrEqual(3);
    expect([...all, ...(await take(behind, 2999))]).toEqual(range(1, 3000));
    await Promise.all([ahead.return(), behind.return()]);
  });

  it('follows on after everybody has gone', async () => {
    for (const n of range(1, 3)) {
      const events = orders.follow();
      const next = take(events, 1);
      orders.publish(n);
      expect(await next).toEqual([n]);
      await events.return();
    }
  });

  it('ends when its signal fires, whether it waits, works, or has not begun', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = orders.follow({ signal }).next();
    await setImmediate();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await orders.follow({ signal }).next()).toEqual({ done: true, value: undefined });
    const second = new AbortController();
    orders.publishMany([1, 2]);
    const seen: number[] = [];
    for await (const { payload } of orders.follow({ after: 0, signal: second.signal })) {
      seen.push(payload);
      second.abort();
    }
    expect(seen).toEqual([1]);
  });

  it('waits for the end of a transaction that is open on the connection', async () => {
    const events = orders.follow({ after: 0 });
    const tx = test.db.transaction();
    orders.publishTx(tx, 1);
    const next = take(events, 1);
    await setImmediate();
    orders.publishTx(tx, 2);
    tx.commit();
    expect(await next).toEqual([1]);
    expect(await take(events, 1)).toEqual([2]);
    await events.return();
  });

  it('fails for all when the database is closed', async () => {
    const waiting = [orders.follow().next(), test.db.stream('b').follow().next()];
    const results = Promise.allSettled(waiting);
    await setImmediate();
    test.db.close();
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'HONKER_CLOSED' } });
    }
    expect(() => orders.follow()).toThrow('closed');
    await expect(orders.follow({ after: 0 }).next()).rejects.toThrow('closed');
  });

  it('refuses what is wrong before any SQL', () => {
    expect(() => orders.follow({ after: -1 })).toThrow('after must be at least 0');
    expect(() => orders.follow({ after: '1' as never })).toThrow('after must be a number');
    const tx = test.db.transaction();
    expect(() => orders.follow()).toThrow('a transaction is open');
    tx.rollback();
  });
});

describe('listen({ afterId })', () => {
  it('begins with what was said since', async () => {
    const ids = range(1, 3).map((n) => test.db.notify('c', n));
    const heard = test.db.listen<number>('c', { afterId: ids[0] as number });
    test.db.notify('c', 4);
    for (const payload of [2, 3, 4]) expect((await heard.next()).value).toMatchObject({ payload });
    await heard.return();
    const ahead = test.db.listen('c', { afterId: 5000 });
    test.db.notify('c', 5);
    expect((await ahead.next()).value).toMatchObject({ payload: 5 });
    await ahead.return();
    expect(() => test.db.listen('c', { afterId: -1 })).toThrow('afterId must be at least 0');
  });
});

describe('lastOffset()', () => {
  it('is the newest offset, or 0', () => {
    expect(orders.lastOffset()).toBe(0);
    orders.publish(1);
    const offset = orders.publish(2);
    test.db.stream('other').publish(3);
    expect(orders.lastOffset()).toBe(offset);
    orders.trim(offset + 1);
    expect(orders.lastOffset()).toBe(0);
  });
});

describe('what there is', () => {
  it('every queue and every stream, counted', () => {
    expect(test.db.queues()).toEqual([]);
    expect(test.db.streams()).toEqual([]);
    test.db.queue('b').enqueue(1);
    test.db.queue('a').enqueue(1, { delay: 100 });
    orders.publishMany([1, 2]);
    orders.saveOffset('mailer', 1);
    expect(test.db.queues()).toEqual([
      { ...test.db.queue('a').stats(), queue: 'a', scheduled: 1 },
      { ...test.db.queue('b').stats(), queue: 'b', ready: 1 },
    ]);
    expect(test.db.streams()).toEqual([
      {
        topic: 'orders',
        events: 2,
        firstOffset: 1,
        lastOffset: 2,
        consumers: [{ name: 'mailer', offset: 1, lag: 1 }],
      },
    ]);
  });

  it('the jobs of a queue by state, page by page', () => {
    const queue = test.db.queue<number>('q');
    queue.enqueueMany(range(1, 3), { delay: 50 });
    const urgent = queue.enqueue(4, { priority: 9 });
    test.db.queue('other').enqueue(5);
    const first = queue.jobs({ state: 'pending', limit: 2 });
    expect(first.map(({ payload }) => payload)).toEqual([4, 1]);
    expect(first[0]).toEqual(queue.getJob(urgent));
    const after = first.at(-1);
    queue.cancel(after?.id ?? 0);
    expect(queue.jobs({ state: 'pending', after }).map(({ payload }) => payload)).toEqual([2, 3]);
    expect(queue.jobs({ state: 'processing' })).toEqual([]);
    queue.claimOne('w');
    const [held] = queue.jobs({ state: 'processing' });
    expect(held).toMatchObject({ payload: 4, workerId: 'w', state: 'processing' });
    expect(queue.jobs({ state: 'processing', after: held })).toEqual([]);
  });

  it('refuses what is wrong before any SQL', () => {
    const queue = test.db.queue('q');
    expect(() => queue.jobs({ state: 'done' as never })).toThrow(
      `state must be 'pending' or 'processing', not "done"`,
    );
    expect(() => queue.jobs({ state: 'pending', limit: -1 })).toThrow('limit must be at least 0');
    const after = { id: 0.5, priority: 0, runAt: 0, claimExpiresAt: null };
    expect(() => queue.jobs({ state: 'pending', after })).toThrow('after.id must be a whole');
    const tx = test.db.transaction();
    expect(() => test.db.queues()).toThrow('a transaction is open');
    expect(() => test.db.streams()).toThrow('a transaction is open');
    tx.rollback();
  });
});
