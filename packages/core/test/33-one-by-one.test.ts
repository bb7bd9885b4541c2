import { open, type Stream } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestDatabase } from './temporary-database.js';

/** A subscription is to its user what an async generator is, though it is none. */
describe('the iterator of a subscription', () => {
  let test: TestDatabase;
  let orders: Stream<number>;
  beforeEach(() => {
    test = new TestDatabase();
    orders = test.db.stream<number>('orders');
    orders.publishMany([1, 2, 3]);
  });

  it('answers calls that nobody waited between in their order', async () => {
    const events = orders.subscribe('a');
    const answers = [events.next(), events.next(), events.next(), events.next(), events.return()];
    orders.publish(4);
    const results = await Promise.all(answers);
    expect(results.map(({ value }) => value?.payload)).toEqual([1, 2, 3, 4, undefined]);
    expect(results.at(-1)).toEqual({ value: undefined, done: true });
  });

  it('lets no call overtake one that waits for a save', async () => {
    const events = orders.subscribe('a', { saveEveryN: 1 });
    await events.next();
    const results = await Promise.all([events.next(), events.next()]);
    expect(results.map(({ value }) => value?.payload)).toEqual([2, 3]);
    await events.return();
  });

  it('does nothing before the first event is asked for', async () => {
    const events = orders.subscribe('a');
    expect(await events.return()).toEqual({ value: undefined, done: true });
    expect(await events.next()).toEqual({ value: undefined, done: true });
    expect(orders.getOffset('a')).toBe(0);
  });

  it('drops what was read ahead when it is left, and stays at its end', async () => {
    const events = orders.subscribe('a', { saveEveryN: 1 });
    await events.next();
    const { value } = await events.next();
    const answers = await Promise.all([events.return(), events.next(), events.next()]);
    expect(answers).toEqual(answers.map(() => ({ value: undefined, done: true })));
    expect(orders.getOffset('a')).toBe((value?.offset ?? 0) - 1);
  });

  it('rejects throw() with its error once it has saved', async () => {
    const events = orders.subscribe('a');
    const { value } = await events.next();
    await events.next();
    await expect(events.throw(new Error('enough'))).rejects.toThrow('enough');
    expect(orders.getOffset('a')).toBe(value?.offset);
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });

  it('saves when `await using` disposes of it', async () => {
    const events = orders.subscribe('a');
    const { value } = await events.next();
    await events.next();
    await events[Symbol.asyncDispose]();
    expect(orders.getOffset('a')).toBe(value?.offset);
  });

  it('gives nothing more of what it has read once its signal has fired', async () => {
    const stop = new AbortController();
    const events = orders.subscribe('a', { signal: stop.signal });
    const { value } = await events.next();
    stop.abort();
    expect(await events.next()).toEqual({ value: undefined, done: true });
    expect(orders.getOffset('a')).toBe(value?.offset);
  });

  it.each([1, 2])(
    'ends at the event of number %i if that does not match its schema',
    async (bad) => {
      orders.publishMany([bad - 1, bad, bad + 1]);
      const checked = test.db.stream('orders', {
        schema: {
          '~standard': {
            version: 1,
            vendor: 'test',
            validate: (value) =>
              value === bad ? { issues: [{ message: 'bad' }] } : { value: value as number },
          },
        },
      });
      const events = checked.subscribe('a');
      for (let good = 1; good < bad; good++)
        expect((await events.next()).value?.payload).toBe(good);
      await expect(events.next()).rejects.toThrow('bad');
      expect(await events.next()).toEqual({ value: undefined, done: true });
      expect(orders.getOffset('a')).toBe(bad - 1);
    },
  );

  it('ends with the error of a save that failed', async () => {
    const other = open(test.path);
    const events = other.stream<number>('orders').subscribe('a', { saveEveryN: 1 });
    await events.next();
    other.close();
    await expect(events.next()).rejects.toThrow('closed');
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });
});
