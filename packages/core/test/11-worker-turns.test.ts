import { once } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { Countdown, Gate } from './gate.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** As many turns of the event loop as anything that was due would have needed. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a turn of a worker', () => {
  it('acks all that finished in one turn of the event loop in one transaction', async () => {
    const queue = test.db.queue('q');
    queue.enqueueMany(numbers(50));
    const started = new Countdown(50);
    const finish = new Gate();
    const done = new Countdown(50);
    const worker = queue.work(
      () => {
        started.tick();
        return finish.opened;
      },
      { concurrency: 50 },
    );
    worker.on('completed', () => done.tick());
    await started.reached;
    await turns(50);
    const version = test.raw.prepare('PRAGMA data_version').pluck();
    const deletions = test.uses('DELETE FROM _honker_live%');
    let commits = 0;
    let last = version.get();
    const look = () => {
      const now = version.get();
      if (now !== last) commits++;
      last = now;
    };
    finish.open();
    let isDone = false;
    done.reached.then(() => {
      isDone = true;
    });
    // data_version moves once however many commits there were, so rows are counted between looks too.
    const left = new Set<number>();
    while (!isDone) {
      look();
      left.add(test.count('_honker_live'));
      await turns(1);
    }
    expect(commits).toBeLessThanOrEqual(1);
    expect(left.size).toBeLessThanOrEqual(2); // all of them, then none
    expect(test.uses('DELETE FROM _honker_live%') - deletions).toBe(50);
    await worker.stop();
  });

  it('never keeps timers from firing, however long the backlog', async () => {
    const queue = test.db.queue('q');
    const count = 20_000;
    queue.enqueueMany(numbers(count));
    const done = new Countdown(count);
    let handled = 0;
    const worker = queue.work(
      () => {
        handled++;
      },
      { concurrency: 100 },
    );
    worker.on('completed', () => done.tick());
    const seen: number[] = [];
    const timer = setInterval(() => seen.push(handled), 1);
    await done.reached;
    clearInterval(timer);
    const during = seen.filter((each) => each > 0 && each < count);
    expect(during.length).toBeGreaterThan(10);
    await worker.stop();
  });

  it('can be stopped in the middle of a backlog', async () => {
    const queue = test.db.queue('q');
    queue.enqueueMany(numbers(20_000));
    const worker = queue.work(() => {}, { concurrency: 100 });
    await once(worker, 'completed');
    await worker.stop();
    const { ready, processing } = queue.stats();
    expect(processing).toBe(0);
    expect(ready).toBeGreaterThan(0);
    for (const job of test.live('attempts')) expect(job).toEqual({ attempts: 0 });
  });

  it('does not run while nothing is due', async () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    queue.enqueue('later', { delay: 3600 });
    const worker = queue.work(() => {});
    await once(worker, 'completed');
    const looks = () => test.uses('%_honker_ix_lease%');
    // Its own last commit wakes it once more; then nothing does.
    let before = looks();
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const now = looks();
      if (now === before) break;
      before = now;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(looks()).toBe(before);
    await worker.stop();
  });
});
