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

/** Takes events off a subscription; the last of them doesn't count as handled yet. */
async function take<Payload>(
  events: AsyncGenerator<StreamEvent<Payload>, void>,
  count: number,
): Promise<Payload[]> {
  const payloads: Payload[] = [];
  while (payloads.length < count) {
    const { value } = await events.next();
    if (!value) throw new Error(`ended after ${payloads.length} of ${count}`);
    payloads.push(value.payload);
  }
  return payloads;
}

interface Place {
  offset: number;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('publishing', () => {
  it('returns offsets that grow, and readSince reads on from one', () => {
    const first = orders.publish(1);
    const second = orders.publishWithKey('customer-7', 2);
    const more = orders.publishMany([3, 4]);
    test.db.stream('other').publish(99);
    expect([first, second, ...more]).toEqual(range(first, first + 3));
    expect(orders.readSince(0).map(({ payload }) => payload)).toEqual([1, 2, 3, 4]);
    expect(orders.readSince(first, 1)).toEqual([
      {
        offset: second,
        topic: 'orders',
        key: 'customer-7',
        payload: 2,
        createdAt: expect.any(Number),
      },
    ]);
    expect(orders.readSince(0)[0]?.key).toBeNull();
  });

  it('in a transaction exists when, and only when, that commits', () => {
    expect(() =>
      test.db.transaction((tx) => {
        orders.publishTx(tx, 1);
        orders.publishWithKeyTx(tx, 'k', 2);
        orders.publishManyTx(tx, [3, 4]);
        orders.saveOffsetTx(tx, 'mailer', 9);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(orders.readSince(0)).toEqual([]);
    expect(orders.getOffset('mailer')).toBe(0);
    test.db.transaction((tx) => {
      orders.publishTx(tx, 1);
      orders.publishWithKeyTx(tx, 'k', 2);
      expect(orders.publishManyTx(tx, [3, 4])).toEqual([3, 4]);
    });
    expect(orders.readSince(0).map(({ key }) => key)).toEqual([null, 'k', null, null]);
  });

  it('outside of the open transaction is refused, with the remedy', () => {
    const tx = test.db.transaction();
    expect(() => orders.publish(1)).toThrow(/publishTx\(tx, …\)/);
    expect(() => orders.publishWithKey('k', 1)).toThrow(/publishWithKeyTx/);
    expect(() => orders.publishMany([1])).toThrow(/publishManyTx/);
    expect(() => orders.saveOffset('c', 1)).toThrow(/saveOffsetTx/);
    tx.rollback();
  });

  it('of many is all or none', () => {
    expect(() => orders.publishMany([1, undefined as never])).toThrow('payloads[1]');
    expect(orders.publishMany([])).toEqual([]);
    expect(orders.readSince(0)).toEqual([]);
  });

  it('refuses what is wrong before any SQL', () => {
    expect(() => test.db.stream('')).toThrow('topic must not be empty');
    expect(() => orders.publish(undefined as never)).toThrow('payload must be a JSON value');
    expect(() => orders.publishWithKey(5 as never, 1)).toThrow('key must be a string');
    expect(() => orders.readSince(-1)).toThrow('offset must be at least 0');
    expect(() => orders.readSince(0, 0.5)).toThrow('limit must be a whole number');
    expect(() => orders.saveOffset('', 1)).toThrow('consumer must not be empty');
    expect(() => orders.trim(-1)).toThrow('beforeOffset');
    expect(() => orders.subscribe('c', { saveEveryN: 0 })).toThrow('saveEveryN must be at least 1');
    expect(() => orders.subscribe('c', { saveEveryS: -1 })).toThrow('saveEveryS');
    expect(() => orders.subscribe('')).toThrow('consumer must not be empty');
  });
});

describe('offsets, trim and stats', () => {
  it('an offset never goes back', () => {
    expect(orders.getOffset('mailer')).toBe(0);
    expect(orders.saveOffset('mailer', 5)).toBe(true);
    expect(orders.saveOffset('mailer', 4)).toBe(false);
    expect(orders.getOffset('mailer')).toBe(5);
    expect(test.db.stream('other').getOffset('mailer')).toBe(0);
  });

  it('stats tell of events and consumers, trim deletes what is before an offset', () => {
    expect(orders.stats()).toEqual({
      topic: 'orders',
      events: 0,
      firstOffset: null,
      lastOffset: null,
      consumers: [],
    });
    orders.publishMany([1, 2, 3]);
    orders.saveOffset('mailer', 1);
    expect(orders.trim(3)).toBe(2);
    expect(orders.stats()).toEqual({
      topic: 'orders',
      events: 1,
      firstOffset: 3,
      lastOffset: 3,
      consumers: [{ name: 'mailer', offset: 1, lag: 1 }],
    });
  });
});

describe('subscribing', () => {
  it('replays what is there, then delivers what comes, without a gap or a repeat', async () => {
    orders.publishMany(range(1, 1200));
    const events = orders.subscribe('mailer');
    expect(await take(events, 1200)).toEqual(range(1, 1200));
    const next = take(events, 3);
    orders.publish(1201);
    orders.publishMany([1202, 1203]);
    expect(await next).toEqual([1201, 1202, 1203]);
    await events.return();
  });

  it('delivers what another process publishes', async () => {
    const publisher = new Program('publish.mjs', [test.path]);
    await publisher.message();
    const events = orders.subscribe('mailer');
    for (const payload of range(1, 10)) {
      const next = take(events, 1);
      publisher.send({ topic: 'orders', payload });
      expect(await next).toEqual([payload]);
      await publisher.message();
    }
    await events.return();
    publisher.send({});
    await publisher.success();
  });

  it('counts an event as handled when the next is asked for, and saves that at the end', async () => {
    orders.publishMany([1, 2, 3]);
    const events = orders.subscribe('mailer');
    expect(await take(events, 3)).toEqual([1, 2, 3]);
    await events.return();
    expect(orders.getOffset('mailer')).toBe(2);
    expect(await take(orders.subscribe('other'), 1)).toEqual([1]);
    const again = orders.subscribe('mailer');
    expect(await take(again, 1)).toEqual([3]);
    await again.return();
  });

  it('does not count the event whose handling threw', async () => {
    orders.publishMany([1, 2]);
    const consume = async () => {
      for await (const { payload } of orders.subscribe('mailer')) {
        if (payload === 2) throw new Error('no');
      }
    };
    await expect(consume()).rejects.toThrow('no');
    expect(orders.getOffset('mailer')).toBe(1);
  });

  it('saves after so many events', async () => {
    orders.publishMany(range(1, 6));
    const events = orders.subscribe('mailer', { saveEveryN: 2, saveEveryS: 3600 });
    const saved: number[] = [];
    for (let i = 0; i < 6; i++) {
      await take(events, 1);
      saved.push(orders.getOffset('mailer'));
    }
    expect(saved).toEqual([0, 0, 2, 2, 4, 4]);
    await events.return();
  });

  it('saves after so long, also while an event is being handled', async () => {
    orders.publishMany([1, 2]);
    const events = orders.subscribe('mailer', { saveEveryN: 1000, saveEveryS: 1 });
    await take(events, 2);
    expect(orders.getOffset('mailer')).toBe(0);
    await test.until(() => orders.getOffset('mailer') === 1);
    await events.return();
  });

  it('saves each event for saveEveryS 0', async () => {
    orders.publishMany([1, 2, 3]);
    const events = orders.subscribe('mailer', { saveEveryS: 0 });
    await take(events, 3);
    expect(orders.getOffset('mailer')).toBe(2);
    await events.return();
  });

  it('saves when the database is closed', async () => {
    orders.publishMany([1, 2, 3]);
    const events = orders.subscribe('mailer', { saveEveryS: 3600 });
    await take(events, 3);
    test.db.close();
    await expect(events.next()).rejects.toMatchObject({ code: 'HONKER_CLOSED' });
    const offset = test.raw.prepare('SELECT offset FROM _honker_stream_consumers').pluck().get();
    expect(offset).toBe(2);
  });

  it('saves the event handled last when its signal fires, and ends', async () => {
    orders.publishMany([1, 2, 3]);
    const controller = new AbortController();
    const seen: number[] = [];
    for await (const { payload } of orders.subscribe('mailer', { signal: controller.signal })) {
      seen.push(payload);
      if (payload === 2) controller.abort();
    }
    expect(seen).toEqual([1, 2]);
    expect(orders.getOffset('mailer')).toBe(2);
  });

  it('ends when its signal fires while it waits, or had fired before', async () => {
    const controller = new AbortController();
    const next = orders.subscribe('mailer', { signal: controller.signal }).next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    orders.publish(1);
    const late = orders.subscribe('mailer', { signal: controller.signal });
    expect(await late.next()).toEqual({ done: true, value: undefined });
  });

  it("never saves inside the application's transaction", async () => {
    orders.publishMany([1, 2]);
    const events = orders.subscribe('mailer', { saveEveryN: 1 });
    await take(events, 1);
    const tx = test.db.transaction();
    const next = take(events, 1);
    tx.execute('CREATE TABLE other (id INTEGER)');
    await Promise.resolve();
    tx.rollback();
    expect(await next).toEqual([2]);
    expect(orders.getOffset('mailer')).toBe(1);
    await events.return();
  });

  it('delivers the text of a row that is not JSON', async () => {
    test.raw.exec(`INSERT INTO _honker_stream (topic, payload) VALUES ('orders', '{oops')`);
    const events = test.db.stream('orders').subscribe('mailer');
    expect(await take(events, 1)).toEqual(['{oops']);
    await events.return();
  });

  it('begins elsewhere if told so, and what is saved never goes back', async () => {
    orders.publishMany(range(1, 5));
    orders.saveOffset('a', 3);
    const back = orders.subscribe('a', { after: 1, saveEveryN: 1 });
    expect(await take(back, 2)).toEqual([2, 3]);
    await back.return();
    expect(orders.getOffset('a')).toBe(3);
    const ahead = orders.subscribe('a', { after: 4 });
    expect(await take(ahead, 1)).toEqual([5]);
    await ahead.return();
    expect(() => orders.subscribe('a', { after: -1 })).toThrow('after must be at least 0');
  });

  it('serves several consumers, each from where it was', async () => {
    orders.publishMany(range(1, 4));
    orders.saveOffset('b', 2);
    const a = orders.subscribe('a');
    const b = orders.subscribe('b');
    expect(await take(a, 4)).toEqual([1, 2, 3, 4]);
    expect(await take(b, 2)).toEqual([3, 4]);
    await Promise.all([a.return(), b.return()]);
  });

  it('two processes with one consumer name skip nothing, and the offset never goes back', async () => {
    const programs = [1, 2].map(() => new Program('subscribe.mjs', [test.path, 'orders', 'c']));
    orders.publishMany(range(1, 10));
    const saved: number[] = [];
    for (const program of programs) program.onMessage = () => saved.push(orders.getOffset('c'));
    const firsts = await Promise.all(programs.map((program) => program.message<Place>()));
    (orders as Stream<unknown>).publish('last');
    for (const [index, program] of programs.entries()) {
      let { offset } = firsts[index] as Place;
      // One that came late begins where the other one was.
      while (offset < 11) {
        const next = await program.message<Place>();
        expect(next.offset).toBe(offset + 1);
        offset = next.offset;
      }
      await program.success();
    }
    expect(Math.min(...firsts.map(({ offset }) => offset))).toBe(1);
    expect(saved).toEqual([...saved].sort((a, b) => a - b));
    expect(orders.getOffset('c')).toBe(10);
  });
});
