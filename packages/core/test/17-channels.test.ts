import { setImmediate } from 'node:timers/promises';
import { type Notification, open } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { atEnd } from './cleanup.js';
import { Program } from './program.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

async function take<Payload>(
  heard: AsyncGenerator<Notification<Payload>, void>,
  count: number,
): Promise<Payload[]> {
  const payloads: Payload[] = [];
  while (payloads.length < count) {
    const { value } = await heard.next();
    if (!value) throw new Error(`ended after ${payloads.length} of ${count}`);
    payloads.push(value.payload);
  }
  return payloads;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function stored(): number {
  return test.raw.prepare('SELECT count(*) FROM _honker_notifications').pluck().get() as number;
}

describe('listening', () => {
  it('hears its channel, with all there is to know', async () => {
    const heard = test.db.listen<{ id: number }>('orders');
    test.db.notify('other', 1);
    const id = test.db.notify('orders', { id: 42 });
    expect((await heard.next()).value).toEqual({
      id,
      channel: 'orders',
      payload: { id: 42 },
      createdAt: expect.any(Number),
    });
    await heard.return();
  });

  it('hears what is said between the call and the first next(), and nothing from before', async () => {
    test.db.notify('c', 'before');
    const heard = test.db.listen('c');
    test.db.notify('c', 'between');
    expect(await take(heard, 1)).toEqual(['between']);
    await heard.return();
  });

  it('goes on where everything was pruned', async () => {
    test.db.notify('c', 1);
    expect(test.db.pruneNotifications(null, 0)).toBe(1);
    const heard = test.db.listen('c');
    test.db.notify('c', 2);
    expect(await take(heard, 1)).toEqual([2]);
    await heard.return();
  });

  it('hears another process', async () => {
    const other = new Program('publish.mjs', [test.path]);
    await other.message();
    const heard = test.db.listen('c');
    for (const payload of range(1, 10)) {
      const next = take(heard, 1);
      other.send({ channel: 'c', payload });
      expect(await next).toEqual([payload]);
      await other.message();
    }
    await heard.return();
    other.send({});
    await other.success();
  });

  it('hears a plain INSERT; the text itself where that is not JSON', async () => {
    const heard = test.db.listen('c');
    test.raw.exec(`INSERT INTO _honker_notifications (channel, payload) VALUES ('c', '{oops')`);
    expect(await take(heard, 1)).toEqual(['{oops']);
    await heard.return();
  });

  it('hears a transaction when, and only when, that commits', async () => {
    const heard = test.db.listen('c');
    const tx = test.db.transaction();
    test.db.notifyTx(tx, 'c', 'rolled back');
    tx.rollback();
    test.db.transaction((committed) => test.db.notifyTx(committed, 'c', 'committed'));
    expect(await take(heard, 1)).toEqual(['committed']);
    await heard.return();
  });

  it('costs one query a wake, whatever the number of listeners', async () => {
    const listeners = range(1, 50).map(() => test.db.listen('c'));
    const firsts = Promise.all(listeners.map((heard) => take(heard, 1)));
    test.db.notify('c', 0);
    await firsts;
    const before = test.uses('%FROM _honker_notifications WHERE id > ?1%');
    const next = Promise.all(listeners.map((heard) => take(heard, 1)));
    test.db.notify('c', 1);
    expect(await next).toEqual(listeners.map(() => [1]));
    await Promise.all(listeners.map((heard) => heard.return()));
    // One that finds it, and one that finds nothing after it; a late wake may ask once more.
    expect(test.uses('%FROM _honker_notifications WHERE id > ?1%') - before).toBeLessThan(5);
  });

  it('loses nothing for a listener that lags, however far', async () => {
    const quick = test.db.listen<number>('c');
    const slow = test.db.listen<number>('c');
    const firsts = [take(quick, 1), take(slow, 1)];
    test.db.notify('c', 0);
    await Promise.all(firsts);
    const say = (from: number, to: number) =>
      test.db.transaction((tx) => {
        for (const n of range(from, to)) test.db.notifyTx(tx, n % 7 === 0 ? 'other' : 'c', n);
      });
    const expected = range(1, 5000).filter((n) => n % 7 !== 0);
    for (const from of [1, 1001, 2001, 3001]) {
      say(from, from + 999);
      const count = range(from, from + 999).filter((n) => n % 7 !== 0).length;
      expect(await take(quick, count)).toEqual(
        expected.filter((n) => n >= from && n <= from + 999),
      );
    }
    // What is kept for the slow one is bounded; it reads the rest while there comes more.
    const before = test.uses('%FROM _honker_notifications WHERE id > ?1%');
    expect(await take(slow, 2000)).toEqual(expected.slice(0, 2000));
    expect(test.uses('%FROM _honker_notifications WHERE id > ?1%')).toBeGreaterThan(before);
    say(4001, 5000);
    expect(await take(slow, expected.length - 2000)).toEqual(expected.slice(2000));
    await Promise.all([quick.return(), slow.return()]);
  });

  it('of one that came first, stopped, and came again starts anew', async () => {
    const first = test.db.listen('c');
    const heard = take(first, 1);
    test.db.notify('c', 1);
    expect(await heard).toEqual([1]);
    await first.return();
    test.db.notify('c', 2);
    const second = test.db.listen('c');
    test.db.notify('c', 3);
    expect(await take(second, 1)).toEqual([3]);
    await second.return();
  });

  it('of a late one is not held up by those that are ahead', async () => {
    const late = test.db.listen<number>('c');
    test.db.notify('c', 1);
    const early = test.db.listen<number>('c');
    const heardEarly = take(early, 1);
    test.db.notify('c', 2);
    expect(await heardEarly).toEqual([2]);
    expect(await take(late, 2)).toEqual([1, 2]);
    test.db.notify('c', 3);
    expect(await Promise.all([take(late, 1), take(early, 1)])).toEqual([[3], [3]]);
    await Promise.all([late.return(), early.return()]);
  });

  it('ends when its signal fires, whether it waits, works, or has not begun', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = test.db.listen('c', { signal }).next();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await test.db.listen('c', { signal }).next()).toEqual({ done: true, value: undefined });
    const second = new AbortController();
    const heard = test.db.listen('c', { signal: second.signal });
    test.db.notify('c', 1);
    const seen: unknown[] = [];
    for await (const { payload } of heard) {
      seen.push(payload);
      second.abort();
    }
    expect(seen).toEqual([1]);
  });

  it('fails for all listeners when the database is closed', async () => {
    const waiting = [test.db.listen('a').next(), test.db.listen('b').next()];
    const results = Promise.allSettled(waiting);
    test.db.close();
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'HONKER_CLOSED' } });
    }
    expect(() => test.db.listen('a')).toThrow('closed');
  });

  it('refuses what is wrong before any SQL', () => {
    expect(() => test.db.listen('')).toThrow('channel must not be empty');
    expect(() => test.db.notify(5 as never, 1)).toThrow('channel must be a string');
    expect(() => test.db.notify('c', undefined)).toThrow('payload must be a JSON value');
    const tx = test.db.transaction();
    expect(() => test.db.notify('c', 1)).toThrow('notifyTx(tx, …)');
    expect(() => test.db.listen('c')).toThrow('a transaction is open');
    tx.rollback();
    expect(() => test.db.notifyTx(tx, 'c', 1)).toThrow('the transaction has ended');
  });
});

describe('pruning', () => {
  it('by age, by count, or both', () => {
    for (const n of range(1, 10)) test.db.notify('c', n);
    test.raw.exec('UPDATE _honker_notifications SET created_at = created_at - 100 WHERE id <= 3');
    expect(test.db.pruneNotifications(50)).toBe(3);
    expect(test.db.pruneNotifications(null, 5)).toBe(2);
    expect(test.db.pruneNotifications(null)).toBe(0);
    expect(stored()).toBe(5);
    expect(() => test.db.pruneNotifications(-1)).toThrow('olderThanS');
    expect(() => test.db.pruneNotifications(null, 0.5)).toThrow('maxKeep');
  });

  it('happens by itself, at every thousandth notification of a process', async () => {
    const db = open(test.path, { notifications: { maxKeep: 10 } });
    atEnd(() => db.close());
    db.transaction((tx) => {
      for (const n of range(1, 999)) db.notifyTx(tx, 'c', n);
    });
    // Time enough for the background to try, if it were to.
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(stored()).toBe(999);
    db.notify('c', 1000);
    await test.until(() => stored() === 10);
  });

  it('waits for the transaction that the thousandth is in', async () => {
    const db = open(test.path, { notifications: { maxAgeS: 0 } });
    atEnd(() => db.close());
    const tx = db.transaction();
    for (const n of range(1, 1000)) db.notifyTx(tx, 'c', n);
    tx.commit();
    await test.until(() => stored() === 0);
  });

  it('that finds the database closed does not fail anything', async () => {
    const db = open(test.path);
    const tx = db.transaction();
    for (const n of range(1, 1000)) db.notifyTx(tx, 'c', n);
    db.close();
    expect(stored()).toBe(0);
  });

  it('refuses limits that are wrong', () => {
    expect(() => open(test.path, { notifications: { maxAgeS: -1 } })).toThrow(
      'notifications.maxAgeS must be at least 0',
    );
    expect(() => open(test.path, { notifications: { maxKeep: 0.5 } })).toThrow('maxKeep');
  });
});

describe('updateEvents()', () => {
  it('tells of commits from the call on, those of other processes too', async () => {
    const events = test.db.updateEvents();
    test.db.notify('c', 1);
    expect(await events.next()).toEqual({ done: false, value: undefined });
    const other = new Program('publish.mjs', [test.path]);
    await other.message();
    const heard = test.until(() => stored() === 2);
    other.send({ channel: 'c', payload: 2 });
    await heard;
    await events.next();
    await events.return();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    other.send({});
    await other.success();
  });

  it('ends by break, by return() while it waits, and by its signal', async () => {
    test.db.notify('c', 0);
    const controller = new AbortController();
    const events = test.db.updateEvents({ signal: controller.signal });
    const waiting = events.next();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    const returned = test.db.updateEvents();
    const next = returned.next();
    await returned.return();
    expect(await next).toEqual({ done: true, value: undefined });
    const left = test.db.updateEvents();
    test.db.notify('c', 1);
    let count = 0;
    for await (const _ of left) {
      count++;
      break;
    }
    expect(count).toBe(1);
    const late = test.db.updateEvents({ signal: controller.signal });
    expect((await late.next()).done).toBe(true);
  });

  it('fails when the database is closed', async () => {
    const events = test.db.updateEvents();
    const next = events.next();
    test.db.close();
    await expect(next).rejects.toMatchObject({ code: 'HONKER_CLOSED' });
    expect(() => test.db.updateEvents()).toThrow('closed');
  });
});
