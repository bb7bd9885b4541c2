/** honker's own work runs between the application's transactions, and never in one (principle 4, I2). */
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Countdown, Gate } from '../../core/test/gate.js';
import { Application, kyselys } from './application.js';

const BACKLOG = 400;
const TRANSACTIONS = 150;

describe.each(kyselys)('Kysely $version', ({ kysely }) => {
  let app: Application;
  beforeEach(async () => {
    app = await Application.start(kysely);
  });

  /** How often any statement of honker's was run on Kysely's connection. */
  const uses = async (trx: typeof app.db) =>
    (await kysely.sql<{ n: number }>`SELECT sum(uses) AS n FROM honker_statements`.execute(trx))
      .rows[0]?.n;

  it('workers at full speed leave long transactions alone, and those leave them alone', async () => {
    const queues = [app.honker.queue<string>('a'), app.honker.queue<string>('b')] as const;
    const events = app.honker.stream<string>('events');
    const committed: string[] = [];
    for (const [index, queue] of queues.entries()) {
      const names = Array.from({ length: BACKLOG }, (_, n) => `backlog ${index}-${n}`);
      await queue.enqueueMany(app.db, names);
      committed.push(...names);
    }
    const done = new Countdown(2 * BACKLOG + TRANSACTIONS / 2);
    const handled: string[] = [];
    const troubles: unknown[] = [];
    const workers = queues.map((queue, index) => {
      const worker = queue.work(
        async (job) => {
          expect(job.attempts).toBe(1);
          handled.push(job.payload);
          if (index === 0) await setImmediate();
        },
        { concurrency: index === 0 ? 1 : 10, prefetch: 5 },
      );
      worker.on('completed', () => done.tick());
      for (const name of ['failed', 'dead', 'lost', 'error'] as const) {
        worker.on(name, (...values: unknown[]) => troubles.push([name, ...values]));
      }
      return worker;
    });

    const untouched: boolean[] = [];
    for (let n = 0; n < TRANSACTIONS; n++) {
      const name = `order ${n}`;
      const placing = app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: name }).execute();
        await (n % 4 < 2 ? queues[0] : queues[1]).enqueue(trx, name);
        await events.publish(trx, name);
        const before = await uses(trx);
        for (let turn = 0; turn < 10; turn++) await setImmediate();
        untouched.push((await uses(trx)) === before);
        if (n % 2 === 1) throw new Error('rolled back');
      });
      if (n % 2 === 0) {
        await placing;
        committed.push(name);
      } else {
        await expect(placing).rejects.toThrow('rolled back');
      }
    }
    await done.reached;
    for (const worker of workers) await worker.stop();

    expect(troubles).toEqual([]);
    expect(untouched).toEqual(Array(TRANSACTIONS).fill(true));
    expect(handled.toSorted()).toEqual(committed.toSorted());
    const orders = committed.filter((name) => name.startsWith('order'));
    expect(app.orders()).toEqual(orders);
    expect((await events.readSince(0, 1000)).map(({ payload }) => payload)).toEqual(orders);
    expect(app.jobs()).toEqual([]);
    expect(app.deadJobs()).toEqual([]);
  });

  it('gets its turn beside an application whose transactions follow each other without a pause', async () => {
    const queue = app.honker.queue<number>('q');
    await queue.enqueueMany(app.db, [1, 2, 3]);
    let isDone = false;
    const done = new Countdown(3);
    const worker = queue.work(() => {});
    worker.on('completed', () => done.tick());
    const placing = (async () => {
      for (let n = 0; !isDone; n++) {
        await app.db.transaction().execute(async (trx) => {
          await trx
            .insertInto('orders')
            .values({ item: `${n}` })
            .execute();
        });
        // better-sqlite3 answers at once, so nothing but microtasks would run otherwise.
        if (n % 10 === 0) await setImmediate();
      }
    })();
    await done.reached;
    isDone = true;
    await placing;
    await worker.stop();
    expect(app.jobs()).toEqual([]);
  });

  it('waits for a transaction that was begun on the driver, past Kysely', async () => {
    const queue = app.honker.queue<string>('q');
    await queue.enqueue(app.db, 'first');
    app.raw.exec("BEGIN; INSERT INTO orders (item) VALUES ('book')");
    const handled: string[] = [];
    const worker = queue.work((job) => void handled.push(job.payload));
    await expect(queue.enqueue(app.db, 'beside')).rejects.toThrow(
      /was begun by hand: begin it by db\.transaction\(\)/,
    );
    await expect(queue.stats()).rejects.toThrow(/begun by hand/);
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(handled).toEqual([]);
    app.raw.exec('ROLLBACK');
    await new Promise((resolve) => worker.on('completed', resolve));
    await worker.stop();
    expect(handled).toEqual(['first']);
    expect(app.orders()).toEqual([]);
  });

  it("tries again where another process's lock is in the way, and blocks nothing meanwhile", async () => {
    const queue = app.honker.queue<string>('q');
    await queue.enqueue(app.db, 'first');
    app.onlooker.exec('BEGIN IMMEDIATE');
    const worker = queue.work(() => {});
    const completed = new Promise((resolve) => worker.on('completed', resolve));
    let longestMs = 0;
    for (let turn = 0; turn < 200; turn++) {
      const before = performance.now();
      await setImmediate();
      longestMs = Math.max(longestMs, performance.now() - before);
    }
    // The connection's own timeout is 5 s.
    expect(longestMs).toBeLessThan(1000);
    expect(app.jobs()).toEqual(['first']);
    app.onlooker.exec('ROLLBACK');
    await completed;
    await worker.stop();
  });

  it('a stop gives jobs back when the open transaction is over', async () => {
    const queue = app.honker.queue<string>('q');
    await queue.enqueueMany(app.db, ['a', 'b']);
    const started = new Gate();
    const worker = queue.work(async (_, { signal }) => {
      started.open();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await started.opened;
    const trx = await app.db.startTransaction().execute();
    await trx.insertInto('orders').values({ item: 'book' }).execute();
    const stopped = worker.stop({ timeoutMs: 0 });
    await setImmediate();
    await trx.rollback().execute();
    await stopped;
    expect(await queue.stats()).toMatchObject({ ready: 2, processing: 0 });
    expect(await queue.getJob(1)).toMatchObject({ attempts: 0 });
  });

  it('a claim that comes after the end of its worker is given back', {
    timeout: 20_000,
  }, async () => {
    const queue = app.honker.queue<string>('q');
    const worker = queue.work(() => {});
    await queue.enqueue(app.db, 'first');
    await new Promise((resolve) => worker.on('completed', resolve));
    const trx = await app.db.startTransaction().execute();
    app.onlooker.exec(`INSERT INTO _honker_live (queue, payload) VALUES ('q', '"second"')`);
    for await (const _ of app.honker.updateEvents()) break;
    for (let turn = 0; turn < 5; turn++) await setImmediate(); // so the worker waits for the connection
    await worker.stop({ timeoutMs: 0 });
    await trx.commit().execute();
    const commits = app.honker.updateEvents();
    while ((await queue.stats()).ready === 0) await commits.next();
    await commits.return();
    expect(await queue.getJob(2)).toMatchObject({ payload: 'second', attempts: 0 });
  });
});
