import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestDatabase } from './temporary-database.js';

/** Counts the turns of the event loop. */
class TurnCounter {
  turns = 0;
  #next = setImmediate(() => this.#turn());

  #turn(): void {
    this.turns++;
    this.#next = setImmediate(() => this.#turn());
  }

  stop(): void {
    clearImmediate(this.#next);
  }
}

describe('an iteration that always finds something, and whose loop awaits nothing,', () => {
  let test: TestDatabase;
  let loop: TurnCounter;
  beforeEach(() => {
    test = new TestDatabase();
    const numbers = Array.from({ length: 20_000 }, (_, number) => number);
    test.db.stream('numbers').publishMany(numbers);
    test.db.queue('numbers').enqueueMany(numbers.slice(0, 1000));
    loop = new TurnCounter();
  });
  afterEach(() => loop.stop());

  async function turnsDuring(items: AsyncIterable<unknown>, count: number): Promise<number> {
    await new Promise(setImmediate);
    const before = loop.turns;
    for await (const _ of items) {
      count--;
      if (count === 0) break;
    }
    return loop.turns - before;
  }

  // Each takes 10 ms at least; those that kept the event loop let it turn once or twice, at their ends.
  it('leaves the event loop its turns while it replays a stream', async () => {
    const events = test.db.stream('numbers').subscribe('replay', { saveEveryN: 100_000 });
    expect(await turnsDuring(events, 20_000)).toBeGreaterThan(4);
  });

  it('leaves them while it follows a stream from its beginning', async () => {
    const events = test.db.stream('numbers').follow({ after: 0 });
    expect(await turnsDuring(events, 20_000)).toBeGreaterThan(4);
  });

  it('leaves them while it claims a backlog', async () => {
    const jobs = test.db.queue('numbers').claim('worker');
    expect(await turnsDuring(jobs, 1000)).toBeGreaterThan(4);
  });
});
