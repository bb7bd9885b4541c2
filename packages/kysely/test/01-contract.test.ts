/** What holds for every version of Kysely, and on every driver. */
import { env } from 'node:process';
import type { StandardSchema } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Application, kyselys, withCode } from './application.js';

interface Email {
  to: string;
}

/** A schema that makes something else of its input. */
const trimmed: StandardSchema<string, string> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof value === 'string'
        ? { value: value.trim() }
        : { issues: [{ message: 'must be a string' }] },
  },
};

const driver = env.HONKER_TEST_DRIVER ?? 'better-sqlite3';

describe.each(kyselys)(`Kysely $version on ${driver}`, ({ kysely }) => {
  let app: Application;
  beforeEach(async () => {
    app = await Application.start(kysely);
  });

  it("has core's database, whose work is never a part of a transaction of Kysely's", async () => {
    const queue = app.honker.database.queue<Email>('emails');
    const failing = app.db.transaction().execute(async (trx) => {
      await trx.insertInto('orders').values({ item: 'book' }).execute();
      throw new Error('rolled back');
    });
    const enqueued = queue.enqueue({ to: 'a' });
    await expect(failing).rejects.toThrow('rolled back');
    expect(typeof (await enqueued)).toBe('number');
    expect([app.orders(), app.jobs()]).toEqual([[], [{ to: 'a' }]]);
  });

  describe('an enqueue in a transaction', () => {
    it('commits with the row beside it', async () => {
      const emails = app.honker.queue<Email>('emails');
      const id = await app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: 'book' }).execute();
        const id = await emails.enqueue(trx, { to: 'a' });
        expect(app.jobs()).toEqual([]);
        return id;
      });
      expect(app.orders()).toEqual(['book']);
      expect(app.jobs()).toEqual([{ to: 'a' }]);
      expect(await emails.getJob(id)).toMatchObject({ id, payload: { to: 'a' }, state: 'pending' });
    });

    it.each([0, 1, 2, 3])(
      'leaves neither row nor job when it rolls back at point %i',
      async (point) => {
        const emails = app.honker.queue<Email>('emails');
        const failAt = (reached: number) => {
          if (reached === point) throw new Error('rolled back');
        };
        const placing = app.db.transaction().execute(async (trx) => {
          failAt(0);
          await trx.insertInto('orders').values({ item: 'book' }).execute();
          failAt(1);
          await emails.enqueue(trx, { to: 'a' });
          failAt(2);
          await emails.enqueueMany(trx, [{ to: 'b' }, { to: 'c' }]);
          failAt(3);
        });
        await expect(placing).rejects.toThrow('rolled back');
        expect(app.orders()).toEqual([]);
        expect(app.jobs()).toEqual([]);
      },
    );

    it('rolls back with a statement of the application that fails', async () => {
      const emails = app.honker.queue<Email>('emails');
      await app.db.insertInto('orders').values({ item: 'book' }).execute();
      const placing = app.db.transaction().execute(async (trx) => {
        await emails.enqueue(trx, { to: 'a' });
        await trx.insertInto('orders').values({ item: 'book' }).execute();
      });
      await expect(placing).rejects.toThrow(/UNIQUE/);
      expect(app.jobs()).toEqual([]);
    });

    it('may run beside other statements of the same transaction', async () => {
      const emails = app.honker.queue<Email>('emails');
      await app.db.transaction().execute(async (trx) => {
        await Promise.all([
          trx.insertInto('orders').values({ item: 'book' }).execute(),
          emails.enqueue(trx, { to: 'a' }),
          trx.insertInto('orders').values({ item: 'pen' }).execute(),
          emails.enqueue(trx, { to: 'b' }),
        ]);
      });
      expect(app.orders()).toEqual(['book', 'pen']);
      expect(app.jobs()).toEqual([{ to: 'a' }, { to: 'b' }]);
    });

    it('that is refused leaves the transaction as it was', async () => {
      const emails = app.honker.queue<Email>('emails');
      await app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: 'book' }).execute();
        await expect(emails.enqueue(trx, undefined as never)).rejects.toThrow(TypeError);
        await expect(emails.enqueue(trx, { to: 'a' }, { delay: -1 })).rejects.toThrow(RangeError);
      });
      expect(app.orders()).toEqual(['book']);
      expect(app.jobs()).toEqual([]);
    });

    it('takes a transaction with a plugin or a schema of its own', async () => {
      const emails = app.honker.queue<Email>('emails');
      await app.db.transaction().execute(async (trx) => {
        await emails.enqueue(trx.withPlugin(new kysely.CamelCasePlugin()), { to: 'a' });
        await emails.enqueue(trx.withoutPlugins(), { to: 'b' });
        await emails.enqueue(trx.withSchema('main'), { to: 'c' });
      });
      expect(app.jobs()).toEqual([{ to: 'a' }, { to: 'b' }, { to: 'c' }]);
    });
  });

  describe('a controlled transaction', () => {
    it('commits both, or rolls back both', async () => {
      const emails = app.honker.queue<Email>('emails');
      const good = await app.db.startTransaction().execute();
      await good.insertInto('orders').values({ item: 'book' }).execute();
      await emails.enqueue(good, { to: 'a' });
      expect(app.jobs()).toEqual([]);
      await good.commit().execute();

      const bad = await app.db.startTransaction().execute();
      await bad.insertInto('orders').values({ item: 'pen' }).execute();
      await emails.enqueue(bad, { to: 'b' });
      await bad.rollback().execute();

      expect(app.orders()).toEqual(['book']);
      expect(app.jobs()).toEqual([{ to: 'a' }]);
    });

    it('takes a job back with the savepoint that it was enqueued after', async () => {
      const emails = app.honker.queue<Email>('emails');
      const trx = await app.db.startTransaction().execute();
      await emails.enqueue(trx, { to: 'before' });
      const saved = await trx.savepoint('order').execute();
      await saved.insertInto('orders').values({ item: 'book' }).execute();
      await emails.enqueue(saved, { to: 'after' });
      await emails.cancel(saved, await emails.enqueue(saved, { to: 'cancelled' }));
      const back = await saved.rollbackToSavepoint('order').execute();
      await emails.enqueue(back, { to: 'last' });
      await (await back.releaseSavepoint('order').execute()).commit().execute();
      expect(app.orders()).toEqual([]);
      expect(app.jobs()).toEqual([{ to: 'before' }, { to: 'last' }]);
    });
  });

  it('everything that writes is a part of the transaction that it is handed', async () => {
    const emails = app.honker.queue<Email>('emails');
    const orders = app.honker.stream<{ id: number }>('orders');
    const hooks = app.honker.outbox<Email>('hooks', () => {});
    const add = app.honker.task('add', (a: number, b: number) => a + b);
    const dead = await emails.enqueue(app.db, { to: 'dead' });
    await (await emails.claimOne('w'))?.fail('on purpose');
    const waiting = await emails.enqueue(app.db, { to: 'waiting' });
    const writes = async (handle: Parameters<typeof emails.enqueue>[0]) => ({
      job: await emails.enqueue(handle, { to: 'a' }, { priority: 5 }),
      jobs: await emails.enqueueMany(handle, [{ to: 'b' }, { to: 'c' }]),
      cancelled: await emails.cancel(handle, waiting),
      requeued: await emails.dead.requeue(handle, dead),
      offset: await orders.publish(handle, { id: 1 }),
      keyed: await orders.publishWithKey(handle, 'k', { id: 2 }),
      many: await orders.publishMany(handle, [{ id: 3 }, { id: 4 }]),
      advanced: await orders.saveOffset(handle, 'mailer', 2),
      notification: await app.honker.notify(handle, 'news', 1),
      result: await app.honker.saveResult(handle, waiting, 'sent', 60),
      delivery: await hooks.enqueue(handle, { to: 'd' }),
      run: (await add.enqueue(handle, 1, 2)).id,
    });
    const state = async () => ({
      jobs: app.jobs().length,
      events: (await orders.readSince(0)).map(({ key, payload }) => [key, payload.id]),
      offset: await orders.getOffset('mailer'),
      result: await app.honker.getResult(waiting),
      notifications: app.onlooker.prepare('SELECT payload FROM _honker_notifications').all().length,
    });
    const before = await state();

    const rolledBack = await app.db.startTransaction().execute();
    await writes(rolledBack);
    await rolledBack.rollback().execute();
    expect(await state()).toEqual(before);
    expect(before).toEqual({ jobs: 1, events: [], offset: 0, result: undefined, notifications: 0 });

    const answers = await app.db.transaction().execute(writes);
    expect(answers).toMatchObject({ cancelled: true, offset: 1, keyed: 2, many: [3, 4] });
    expect(answers).toMatchObject({ advanced: true, notification: 1, result: undefined });
    expect(answers.jobs).toEqual([answers.job + 1, answers.job + 2]);
    expect([answers.requeued, answers.delivery, answers.run]).toEqual([
      answers.job + 3,
      answers.job + 4,
      answers.job + 5,
    ]);
    expect(await state()).toEqual({
      jobs: 6,
      events: [
        [null, 1],
        ['k', 2],
        [null, 3],
        [null, 4],
      ],
      offset: 2,
      result: 'sent',
      notifications: 1,
    });
  });

  it('everything that writes takes db, too, and is a transaction of its own then', async () => {
    const emails = app.honker.queue<Email>('emails');
    const orders = app.honker.stream('orders');
    const [first, second] = await emails.enqueueMany(app.db, [{ to: 'a' }, { to: 'b' }]);
    expect(await emails.cancel(app.db, Number(first))).toBe(true);
    expect(await emails.cancel(app.db, Number(first))).toBe(false);
    await app.db.connection().execute((one) => emails.enqueue(one, { to: 'c' }));
    await emails.enqueue(app.db.withPlugin(new kysely.CamelCasePlugin()), { to: 'd' });
    expect(app.jobs()).toEqual([{ to: 'b' }, { to: 'c' }, { to: 'd' }]);
    expect((await emails.claimOne('w'))?.id).toBe(second);
    expect(await orders.publish(app.db, 'e')).toBe(1);
    expect(await app.honker.notify(app.db, 'news', 1)).toBe(1);
    await app.honker.saveResult(app.db, 1, { sum: 3 });
    expect(await app.honker.getResult(1)).toEqual({ sum: 3 });
  });

  it('a call beside an open transaction waits for its end, and is no part of it', async () => {
    const emails = app.honker.queue<Email>('emails');
    const trx = await app.db.startTransaction().execute();
    const beside = emails.enqueue(app.db, { to: 'beside' });
    await emails.enqueue(trx, { to: 'inside' });
    await trx.rollback().execute();
    await beside;
    expect(app.jobs()).toEqual([{ to: 'beside' }]);
  });

  describe('a worker', () => {
    it('handles what was committed, and nothing else', async () => {
      const emails = app.honker.queue<Email>('emails');
      const handled: string[] = [];
      const worker = emails.work((job) => void handled.push(job.payload.to), { concurrency: 3 });
      const drained = new Promise<void>((resolve) => {
        worker.on('completed', () => handled.length === 3 && resolve());
      });
      for (const to of ['a', 'x', 'b', 'y', 'c']) {
        await app.db
          .transaction()
          .execute(async (trx) => {
            await emails.enqueue(trx, { to });
            if (to > 'w') throw new Error('rolled back');
          })
          .catch(() => {});
      }
      await drained;
      await worker.stop();
      expect(handled.toSorted()).toEqual(['a', 'b', 'c']);
      expect(app.jobs()).toEqual([]);
    });

    it("finishes a job in the transaction of the job's own work", async () => {
      const emails = app.honker.queue<Email>('emails');
      await emails.enqueue(app.db, { to: 'a' });
      let tries = 0;
      const worker = emails.work(
        (job) =>
          app.db.transaction().execute(async (trx) => {
            tries++;
            await trx
              .insertInto('orders')
              .values({ item: `${tries}` })
              .execute();
            expect(await job.ack(trx)).toBe(true);
            expect(app.jobs()).toHaveLength(1);
            if (tries === 1) throw new Error('rolled back after the ack');
          }),
        { backoff: () => 0 },
      );
      const events: unknown[] = [];
      worker.on('failed', ({ id }) => events.push(['failed', id]));
      worker.on('lost', ({ id }) => events.push(['lost', id]));
      await new Promise((resolve) => worker.on('completed', resolve));
      await worker.stop();
      expect(app.orders()).toEqual(['2']);
      expect(app.jobs()).toEqual([]);
      expect(events).toEqual([['failed', 1]]);
    });

    it('is given leases that only their owner can end in a transaction', async () => {
      const emails = app.honker.queue<Email>('emails', { visibilityTimeoutS: 60 });
      await emails.enqueueMany(app.db, [{ to: 'a' }, { to: 'b' }]);
      const [job, other] = await emails.claimBatch('w', 2);
      app.onlooker.exec('UPDATE _honker_live SET claim_expires_at = unixepoch() - 9');
      await emails.claimOne('thief');
      const finishing = app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: 'book' }).execute();
        await job?.ack(trx);
      });
      await expect(finishing).rejects.toEqual(withCode('HONKER_LEASE_LOST'));
      expect(app.orders()).toEqual([]);
      expect(await other?.ack()).toBe(false);
      expect(app.jobs()).toHaveLength(2);
    });
  });

  it('iterates over jobs, each to be acked alone or in a transaction', async () => {
    const emails = app.honker.queue<Email>('emails');
    await emails.enqueueMany(app.db, [{ to: 'a' }, { to: 'b' }]);
    const seen: string[] = [];
    for await (const job of emails.claim('w')) {
      seen.push(job.payload.to);
      if (seen.length === 1) expect(await job.ack()).toBe(true);
      else await app.db.transaction().execute(async (trx) => void (await job.ack(trx)));
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['a', 'b']);
    expect(app.jobs()).toEqual([]);
  });

  it('listeners and subscribers hear of a commit, and not of a rollback', async () => {
    const orders = app.honker.stream<number>('orders');
    const notifications = app.honker.listen('news');
    const events = orders.subscribe('mailer');
    for (const number of [1, 2]) {
      const trx = await app.db.startTransaction().execute();
      await app.honker.notify(trx, 'news', number);
      await orders.publish(trx, number);
      await (number === 1 ? trx.rollback() : trx.commit()).execute();
    }
    expect((await notifications.next()).value?.payload).toBe(2);
    expect((await events.next()).value?.payload).toBe(2);
    await notifications.return();
    await events.return();
  });

  it('runs tasks and outboxes, and waits for results', async () => {
    const abort = new AbortController();
    const add = app.honker.task('add', (a: number, b: number) => a + b);
    const delivered: string[] = [];
    const hooks = app.honker.outbox<Email>('hooks', async ({ to }, { job }) => {
      await app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: to }).execute();
        await job.ack(trx);
      });
      delivered.push(to);
      abort.abort();
    });
    const run = await app.db.transaction().execute((trx) => add.enqueue(trx, 2, 3));
    const tasks = app.honker.runTasks({ signal: abort.signal });
    expect(await run.get()).toBe(5);
    await hooks.enqueue(app.db, { to: 'a' });
    await hooks.runWorker('w', { signal: abort.signal });
    await tasks;
    expect(delivered).toEqual(['a']);
    expect(app.orders()).toEqual(['a']);
    expect(await hooks.queue.stats()).toMatchObject({ ready: 0, processing: 0, dead: 0 });
  });

  it('schedules, locks and limits as core does', async () => {
    const scheduler = app.honker.scheduler();
    await scheduler.add({ name: 'nightly', queue: 'backups', schedule: '@every 1h' });
    expect((await scheduler.list()).map(({ name }) => name)).toEqual(['nightly']);
    expect(await app.honker.withLock('report', {}, async () => 'held')).toBe('held');
    const lock = await app.honker.tryLock('report', 'me', 60);
    expect(await app.honker.tryLock('report', 'you', 60)).toBeNull();
    expect(await lock?.release()).toBe(true);
    expect(await app.honker.tryRateLimit('api', 1, 3600)).toBe(true);
    expect(await app.honker.tryRateLimit('api', 1, 3600)).toBe(false);
  });

  it('checks payloads by a schema, inside a transaction, too', async () => {
    const emails = app.honker.queue('emails', { schema: trimmed });
    const events = app.honker.stream('events', { schema: trimmed });
    const wrong = 5 as never;
    await app.db.transaction().execute(async (trx) => {
      for (const call of [
        () => emails.enqueue(trx, wrong),
        () => emails.enqueueMany(trx, [wrong]),
        () => events.publish(trx, wrong),
      ]) {
        await expect(call()).rejects.toEqual(withCode('HONKER_SCHEMA'));
      }
      await emails.enqueue(trx, ' a ');
    });
    expect(app.jobs()).toEqual([' a ']);
    expect((await emails.claimOne('w'))?.payload).toBe('a');
    expect(await emails.jobs({ state: 'processing' })).toMatchObject([{ id: 1 }]);
  });

  it('lists, follows and counts as core does', async () => {
    const events = app.honker.stream<number>('events');
    await app.honker.queue('emails').enqueueMany(app.db, [1, 2]);
    expect((await app.honker.queues()).map(({ queue, ready }) => [queue, ready])).toEqual([
      ['emails', 2],
    ]);
    expect(app.honker.metrics().queues.emails?.enqueued).toBe(2);
    await events.publishMany(app.db, [1, 2]);
    expect((await app.honker.streams()).map(({ topic }) => topic)).toEqual(['events']);
    expect(await events.lastOffset()).toBe(2);
    const followed = events.follow({ after: 1 });
    expect((await followed.next()).value?.payload).toBe(2);
    await followed.return();
    expect(await events.trim(2)).toBe(1);
    expect(await events.stats()).toMatchObject({ events: 1 });
  });

  it("leaves Kysely's plugins and log to the application's own statements", async () => {
    const logged: string[] = [];
    const plugins = [new kysely.CamelCasePlugin(), new kysely.ParseJSONResultsPlugin()];
    const other = await Application.start(kysely, {
      plugins,
      log: ({ query }) => void logged.push(query.sql),
    });
    const emails = other.honker.queue<string[]>('emails');
    await other.db.transaction().execute(async (trx) => {
      await emails.enqueueMany(trx, [['a'], ['b']]);
      await trx.insertInto('orders').values({ item: '[1]' }).execute();
    });
    expect((await emails.claimOne('w'))?.payload).toEqual(['a']);
    expect(await other.db.selectFrom('orders').select('item').execute()).toEqual([{ item: [1] }]);
    expect(logged.filter((sql) => /honker/.test(sql))).toEqual([]);
    expect(logged.filter((sql) => /orders/.test(sql))).toHaveLength(2);
  });

  it("reads honker's tables by Kysely's own queries", async () => {
    await app.honker.queue('emails').enqueueMany(app.db, ['a', 'b']);
    const waiting = await app.db
      .selectFrom('_honker_live')
      .select((eb) => ['queue', 'state', eb.fn.countAll<number>().as('jobs')])
      .groupBy(['queue', 'state'])
      .execute();
    expect(waiting).toEqual([{ queue: 'emails', state: 'pending', jobs: 2 }]);
  });
});
