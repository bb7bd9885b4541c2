import { once } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { Countdown, Gate } from './gate.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

describe('a worker handles jobs', () => {
  it('in the order of their priority, then of their age', async () => {
    const queue = test.db.queue<string>('q');
    queue.enqueue('second');
    queue.enqueue('third');
    queue.enqueue('first', { priority: 1 });
    const seen: string[] = [];
    const done = new Countdown(3);
    const worker = queue.work((job) => {
      seen.push(job.payload);
    });
    worker.on('completed', () => done.tick());
    await done.reached;
    expect(seen).toEqual(['first', 'second', 'third']);
    expect(test.count('_honker_live')).toBe(0);
    await worker.stop();
  });

  it('of its own queue only', async () => {
    const other = test.db.queue('other').enqueue(1);
    test.db.queue('q').enqueue(2);
    const worker = test.db.queue('q').work(() => {});
    const [job] = await once(worker, 'completed');
    expect(job.queue).toBe('q');
    await worker.stop();
    expect(test.live('id')).toEqual([{ id: other }]);
  });

  it('never more than its concurrency at a time, and as many where there are', async () => {
    const queue = test.db.queue('q');
    queue.enqueueMany(Array.from({ length: 30 }, (_, i) => i));
    let running = 0;
    let most = 0;
    const full = new Gate();
    const done = new Countdown(30);
    const worker = queue.work(
      async () => {
        running++;
        most = Math.max(most, running);
        if (running === 4) full.open();
        await full.opened;
        await new Promise((resolve) => setImmediate(resolve));
        running--;
      },
      { concurrency: 4 },
    );
    worker.on('completed', () => done.tick());
    await full.opened;
    expect(worker.running).toBe(4);
    await done.reached;
    expect(most).toBe(4);
    await worker.stop();
  });

  it('claims no more than its free slots and its prefetch can take', async () => {
    const queue = test.db.queue('q');
    queue.enqueueMany(Array.from({ length: 10 }, (_, i) => i));
    const started = new Countdown(2);
    const finish = new Gate();
    const done = new Countdown(10);
    const worker = queue.work(
      async () => {
        started.tick();
        await finish.opened;
      },
      { concurrency: 2, prefetch: 3 },
    );
    worker.on('completed', () => done.tick());
    await started.reached;
    expect(queue.stats()).toMatchObject({ processing: 5, ready: 5 });
    expect(worker.running).toBe(2);
    finish.open();
    await done.reached;
    await worker.stop();
  });
});

describe('a worker goes on', () => {
  it('after a row that is no JSON, which it buries', async () => {
    const queue = test.db.queue('q');
    test.raw.exec(`INSERT INTO _honker_live (queue, payload) VALUES ('q', 'not json')`);
    queue.enqueue('good');
    const buried = new Gate<unknown>();
    const completed = new Gate<unknown>();
    const worker = queue.work((job) => expect(job.payload).toBe('good'));
    worker.on('dead', (job, error) => buried.open([job, (error as Error).name]));
    worker.on('completed', (job) => completed.open(job.payload));
    expect(await buried.opened).toEqual([{ id: 1, queue: 'q', attempts: 1 }, 'SyntaxError']);
    expect(await completed.opened).toBe('good');
    expect(queue.dead.list()).toMatchObject([
      { payload: 'not json', lastError: expect.stringContaining('not valid JSON') },
    ]);
    await worker.stop();
  });

  it('after an error of the database, of which it tells', async () => {
    const queue = test.db.queue('q');
    test.raw.exec('ALTER TABLE _honker_live RENAME TO away');
    const worker = queue.work(() => {});
    const [error] = await once(worker, 'error');
    expect(error.message).toContain('_honker_live');
    test.raw.exec('ALTER TABLE away RENAME TO _honker_live');
    queue.enqueue(1);
    await once(worker, 'completed');
    await worker.stop();
  });

  it('with arguments checked before anything is claimed', () => {
    const queue = test.db.queue('q');
    queue.enqueue(1);
    const work = queue.work.bind(queue) as (handler: unknown, options?: object) => unknown;
    expect(() => work('no function')).toThrow(/handler must be a function/);
    for (const [options, problem] of [
      [{ concurrency: 0 }, /concurrency must be at least 1/],
      [{ concurrency: 1.5 }, /concurrency must be a whole number/],
      [{ concurrency: '2' }, /concurrency must be a number/],
      [{ prefetch: -1 }, /prefetch must be at least 0/],
      [{ backoff: 5 }, /backoff must be a function/],
    ] as const) {
      expect(() => work(() => {}, options)).toThrow(problem);
    }
    expect(test.live()).toEqual([{ id: 1, state: 'pending', attempts: 0 }]);
  });
});
