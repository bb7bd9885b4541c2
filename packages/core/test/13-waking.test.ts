import { once } from 'node:events';
import { type BetterSqlite3Database, open } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Countdown } from './gate.js';
import { Program } from './program.js';
import { openRaw, TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

describe('a worker that waits is woken', () => {
  it('by a commit of its own process', async () => {
    const queue = test.db.queue('q');
    const worker = queue.work(() => {});
    for (let i = 0; i < 5; i++) {
      const completed = once(worker, 'completed');
      const id = queue.enqueue(i);
      expect((await completed)[0].id).toBe(id);
    }
    await worker.stop();
  });

  it('by every commit of another process', async () => {
    const producer = new Program('enqueue.mjs', [test.path, 'q']);
    await producer.message();
    const worker = test.db.queue('q').work(() => {});
    for (let i = 0; i < 20; i++) {
      const completed = once(worker, 'completed');
      producer.send({ payload: i, isLast: i === 19 });
      expect((await completed)[0].payload).toBe(i);
      await producer.message();
    }
    await producer.success();
    await worker.stop();
  });

  it('by a plain INSERT of somebody without honker', async () => {
    const worker = test.db.queue('q').work(() => {});
    const completed = once(worker, 'completed');
    test.raw.exec(`INSERT INTO _honker_live (queue, payload) VALUES ('q', '"plain"')`);
    expect((await completed)[0].payload).toBe('plain');
    await worker.stop();
  });

  it('by the time of a job, and never before it', async () => {
    const queue = test.db.queue('q');
    const early: number[] = [];
    const done = new Countdown(2);
    const worker = queue.work((job) => {
      early.push((job.payload as number) * 1000 - Date.now());
    });
    worker.on('completed', () => done.tick());
    const now = Math.floor(Date.now() / 1000);
    for (const runAt of [now + 2, now + 1]) queue.enqueue(runAt, { runAt });
    await done.reached;
    for (const ms of early) expect(ms).toBeLessThanOrEqual(0);
    await worker.stop();
  });

  it('by the time that another job was made due earlier', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1, { delay: 3600 });
    const worker = queue.work(() => {});
    const completed = once(worker, 'completed');
    await new Promise((resolve) => setImmediate(resolve));
    test.raw.exec('UPDATE _honker_live SET run_at = unixepoch()');
    expect((await completed)[0].id).toBe(id);
    await worker.stop();
  });

  it('by the lease of a process that was killed', async () => {
    const queue = test.db.queue('q', { visibilityTimeoutS: 1 });
    const id = queue.enqueue(1);
    const victim = new Program('claim-and-hang.mjs', [test.path, 'q', 1]);
    expect(await victim.message()).toEqual({ id, attempts: 1 });
    const worker = queue.work(() => {});
    const completed = once(worker, 'completed');
    await victim.kill();
    const [job] = await completed;
    expect(job).toMatchObject({ id, attempts: 2 });
    await worker.stop();
  });

  it('when a slot is free again, without a commit of anybody else', async () => {
    const queue = test.db.queue('q');
    queue.enqueueMany([1, 2, 3, 4, 5, 6, 7]);
    const done = new Countdown(7);
    const worker = queue.work(() => new Promise((resolve) => setImmediate(resolve)), {
      concurrency: 2,
    });
    worker.on('completed', () => done.tick());
    await done.reached;
    await worker.stop();
  });
});

/** A connection on which one query takes long: until `moment`, as if the process had lost its core before. */
function slowBefore(sqlPart: string, moment: () => number): BetterSqlite3Database {
  const raw = openRaw(test.path);
  const wait = () => {
    const ms = moment() - Date.now();
    if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  };
  const prepare = (sql: string) => {
    const statement = raw.prepare(sql);
    if (!sql.includes(sqlPart)) return statement;
    const get = (...parameters: unknown[]) => {
      wait();
      return statement.get(...parameters);
    };
    const slow = { pluck: () => slow, get };
    statement.pluck(true);
    return slow;
  };
  return new Proxy(raw as BetterSqlite3Database, {
    get(target, key) {
      if (key === 'prepare') return prepare;
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('a second that begins between the look for a job and the look at the next time', () => {
  it.each(['worker', 'claim()'])(
    'is not slept through by a %s',
    async (kind) => {
      const id = test.db.queue('q').enqueue(1, { delay: 1 });
      const runAt = test.db.queue('q').getJob(id)?.runAt ?? 0;
      const db = open(slowBefore('next_claim_at', () => runAt * 1000));
      const queue = db.queue('q');
      if (kind === 'worker') {
        const worker = queue.work(() => {});
        expect((await once(worker, 'completed'))[0].id).toBe(id);
        await worker.stop();
      } else {
        const jobs = queue.claim('w');
        expect((await jobs.next()).value?.id).toBe(id);
        await jobs.return();
      }
      db.close();
    },
    5_000,
  );
});
