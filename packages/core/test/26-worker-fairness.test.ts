import { beforeEach, describe, expect, it } from 'vitest';
import { Countdown } from './gate.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** How many jobs each worker had completed when the first of them had done its own. */
async function race(concurrencies: readonly number[], jobsOfEach: number): Promise<number[]> {
  const completed = concurrencies.map(() => 0);
  const queues = concurrencies.map((_, i) => test.db.queue(`q${i}`));
  for (const queue of queues) queue.enqueueMany(numbers(jobsOfEach));
  const won = new Countdown(1);
  let result: number[] | undefined;
  const workers = queues.map((queue, i) => {
    const concurrency = concurrencies[i] as number;
    return queue
      .work(() => {}, { concurrency })
      .on('completed', () => {
        completed[i] = (completed[i] as number) + 1;
        if (completed[i] !== jobsOfEach) return;
        result ??= [...completed];
        won.tick();
      });
  });
  await won.reached;
  await Promise.all(workers.map((worker) => worker.stop()));
  return result as number[];
}

describe('workers of one process, all with a backlog', () => {
  it('of four queues, get on alike: the slowest at least half as fast as the fastest', async () => {
    const completed = await race([10, 10, 10, 10], 5000);
    expect(Math.min(...completed)).toBeGreaterThanOrEqual(2500);
  });

  it('share the time, so that a greater concurrency does not shut out a smaller one', async () => {
    // One job a turn, beside 100: by turns it would get 50 of them done, by time it gets some 400.
    const [small] = await race([1, 100], 5000);
    expect(small).toBeGreaterThan(100);
  });

  it('of one queue, share it', async () => {
    const queue = test.db.queue('q');
    const jobs = 9000;
    queue.enqueueMany(numbers(jobs));
    const done = new Countdown(jobs);
    const shares = [0, 0, 0];
    const workers = shares.map((_, i) =>
      queue
        .work(() => {}, { concurrency: 10 })
        .on('completed', () => {
          shares[i] = (shares[i] as number) + 1;
          done.tick();
        }),
    );
    await done.reached;
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(jobs / 6);
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  it('hold the event loop for no longer than one of them does, however many', async () => {
    const queues = numbers(40).map((i) => test.db.queue(`q${i}`));
    for (const queue of queues) queue.enqueueMany(numbers(500));
    const done = new Countdown(40 * 500);
    let isDone = false;
    done.reached.then(() => {
      isDone = true;
    });
    const workers = queues.map((queue) =>
      queue.work(() => {}, { concurrency: 10 }).on('completed', () => done.tick()),
    );
    const gaps: number[] = [];
    for (let last = performance.now(); !isDone; ) {
      await new Promise((resolve) => setImmediate(resolve));
      gaps.push(performance.now() - last);
      last = performance.now();
    }
    gaps.sort((a, b) => a - b);
    // A millisecond; it was 56 when each took its own in every turn of the event loop.
    expect(gaps[gaps.length >> 1]).toBeLessThan(10);
    await Promise.all(workers.map((worker) => worker.stop()));
  });
});
