/** What would deadlock, or write a job beside the transaction, is refused by an error that shows the right line. */
import { env } from 'node:process';
import { honkerKysely, type KyselyHandle } from '@honker/kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { Gate } from '../../core/test/gate.js';
import { Program } from '../../core/test/program.js';
import { Application, kyselys, openConnection, temporaryPath, withCode } from './application.js';

const itWithBetterSqlite3 = it.skipIf(env.HONKER_TEST_DRIVER !== undefined);

describe.each(kyselys)('Kysely $version', ({ version, kysely }) => {
  let app: Application;
  let enqueue: (handle: KyselyHandle) => Promise<number>;
  beforeEach(async () => {
    app = await Application.start(kysely);
    const emails = app.honker.queue<string>('emails');
    enqueue = (handle) => emails.enqueue(handle, 'a');
  });

  const inItsOwn = expect.objectContaining({
    code: 'HONKER_TRANSACTION_OPEN',
    message: expect.stringMatching(/^queue\.enqueue\(\) .*await queue\.enqueue\(trx, …\)\.$/),
  });

  describe('db inside its own transaction', () => {
    it('is refused from the first line of the callback on', async () => {
      const placing = app.db.transaction().execute(async () => {
        await enqueue(app.db);
      });
      await expect(placing).rejects.toEqual(inItsOwn);
      expect(app.jobs()).toEqual([]);
    });

    it('is refused in whatever the callback calls and awaits', async () => {
      await app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: 'book' }).execute();
        const later = async () => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          await enqueue(app.db);
        };
        await expect(Promise.all([later(), later()])).rejects.toEqual(inItsOwn);
        await expect(enqueue(app.db.withPlugin(new kysely.CamelCasePlugin()))).rejects.toEqual(
          inItsOwn,
        );
      });
      expect(app.orders()).toEqual(['book']);
      expect(app.jobs()).toEqual([]);
    });

    it('is refused in a controlled transaction, after its first statement', async () => {
      const trx = await app.db.startTransaction().execute();
      await trx.insertInto('orders').values({ item: 'book' }).execute();
      await expect(enqueue(app.db)).rejects.toEqual(inItsOwn);
      await trx.rollback().execute();
      expect(await enqueue(app.db)).toBe(1);

      const second = await app.db.startTransaction().execute();
      await enqueue(second);
      await expect(enqueue(app.db)).rejects.toEqual(inItsOwn);
      await second.commit().execute();
      expect(app.jobs()).toEqual(['a', 'a']);
    });

    it('is refused in one that was begun by hand', async () => {
      await app.db.connection().execute(async (one) => {
        await kysely.sql`begin immediate`.execute(one);
        await expect(enqueue(app.db)).rejects.toEqual(inItsOwn);
        await expect(enqueue(one)).rejects.toEqual(inItsOwn);
        await kysely.sql`commit`.execute(one);
        expect(await enqueue(one)).toBe(1);
      });
    });

    it('is refused for every call that asks the database', async () => {
      const emails = app.honker.queue('emails');
      const orders = app.honker.stream('orders');
      await emails.enqueueMany(app.db, [1, 2]);
      const job = await emails.claimOne('w');
      await app.db.transaction().execute(async () => {
        for (const call of [
          () => emails.enqueueMany(app.db, [1]),
          () => emails.cancel(app.db, 1),
          () => orders.publish(app.db, 1),
          () => orders.saveOffset(app.db, 'mailer', 1),
          () => app.honker.notify(app.db, 'news', 1),
          () => app.honker.saveResult(app.db, 1, 1),
          () => job?.ack(),
          () => job?.ack(app.db),
          async () => job?.heartbeat(),
          async () => emails.stats(),
          async () => emails.getJob(1),
          async () => emails.dead.list(),
          async () => emails.dead.requeue(1),
          () => emails.dead.requeue(app.db, 1),
          () => emails.claimOne('w'),
          () => emails.claim('w').next(),
          () => emails.waitResult(1),
          async () => orders.readSince(0),
          async () => orders.subscribe('mailer').next(),
          async () => orders.follow().next(),
          async () => app.honker.listen('news').next(),
          async () => app.honker.tryLock('report', 'me', 60),
          () => app.honker.withLock('report', {}, () => {}),
          async () => app.honker.scheduler().list(),
          () => app.honker.close(),
        ]) {
          await expect(call()).rejects.toEqual(withCode('HONKER_TRANSACTION_OPEN'));
        }
      });
      await app.db.transaction().execute(async () => {
        await expect(job?.ack()).rejects.toThrow('await job.ack(trx)');
      });
      expect(app.jobs()).toEqual([1, 2]);
      expect(await job?.ack()).toBe(true);
    });

    it('is what it was again when the transaction is over, also for what it left running', async () => {
      const over = new Gate();
      let left: Promise<number> | undefined;
      await app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: 'book' }).execute();
        left = over.opened.then(() => enqueue(app.db));
      });
      over.open();
      expect(await left).toBe(1);
      const trx = await app.db.startTransaction().execute();
      const waits = left?.then(() => enqueue(app.db));
      await trx.rollback().execute();
      expect(await waits).toBe(2);
    });

    it('is told from db beside it, whoever runs at the same time', async () => {
      const opened = new Gate();
      const over = new Gate();
      const transaction = app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: 'book' }).execute();
        opened.open();
        await over.opened;
        await enqueue(trx);
        throw new Error('rolled back');
      });
      await opened.opened;
      const beside = [enqueue(app.db), app.db.transaction().execute((trx) => enqueue(trx))];
      over.open();
      await expect(transaction).rejects.toThrow('rolled back');
      expect(await Promise.all(beside)).toEqual([1, 2]);
      expect(app.orders()).toEqual([]);
    });

    itWithBetterSqlite3(
      'is told from db beside it by the first transaction of a process',
      async () => {
        const program = new Program(new URL('programs/first-transaction.mjs', import.meta.url), [
          version,
          app.path,
        ]);
        expect(await program.message()).toBe('enqueued');
        await program.success();
      },
    );

    it('may still start a worker, which begins when the transaction is over', async () => {
      const emails = app.honker.queue('emails');
      await enqueue(app.db);
      const worker = await app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: 'book' }).execute();
        return emails.work(async () => {
          await app.db.insertInto('orders').values({ item: 'handled' }).execute();
          await enqueue(app.db);
        });
      });
      await new Promise((resolve) => worker.on('completed', resolve));
      await worker.stop();
      expect(app.orders()).toEqual(['book', 'handled']);
    });
  });

  describe('a transaction that has ended', () => {
    const ended = expect.objectContaining({
      code: 'HONKER_TRANSACTION_UNUSABLE',
      message: expect.stringMatching(
        /^queue\.enqueue\(\) was given a transaction that has ended .*await queue\.enqueue\(trx, …\)/,
      ),
    });

    it('is refused, however it ended', async () => {
      let kept: KyselyHandle | undefined;
      await app.db.transaction().execute(async (trx) => {
        kept = trx;
      });
      const committed = await app.db.startTransaction().execute();
      await committed.commit().execute();
      const rolledBack = await app.db.startTransaction().execute();
      const saved = await rolledBack.savepoint('a').execute();
      await rolledBack.rollback().execute();
      for (const handle of [kept as KyselyHandle, committed, rolledBack, saved]) {
        await expect(enqueue(handle)).rejects.toEqual(ended);
      }
      expect(app.jobs()).toEqual([]);
    });

    it('is refused while the next one is open', async () => {
      const first = await app.db.startTransaction().execute();
      await first.commit().execute();
      await app.db.transaction().execute(async (trx) => {
        await expect(enqueue(first)).rejects.toEqual(ended);
        await enqueue(trx);
      });
      expect(app.jobs()).toEqual(['a']);
    });

    it('is refused to an enqueue that was not awaited, and comes too late', async () => {
      let forgotten: Promise<unknown> | undefined;
      await app.db.transaction().execute(async (trx) => {
        const late = async () => {
          for (let turn = 0; turn < 50; turn++) await null;
          await enqueue(trx);
        };
        forgotten = expect(late()).rejects.toEqual(ended);
      });
      await forgotten;
      expect(app.jobs()).toEqual([]);
    });

    it('is refused when SQLite has rolled it back by itself', async () => {
      const placing = app.db.transaction().execute(async (trx) => {
        await trx.insertInto('orders').values({ item: 'book' }).execute();
        await kysely.sql`INSERT OR ROLLBACK INTO orders (item) VALUES ('book')`
          .execute(trx)
          .catch(() => {});
        await expect(enqueue(trx)).rejects.toEqual(ended);
      });
      await expect(placing).rejects.toThrow(/no transaction is active/);
      expect(app.jobs()).toEqual([]);
    });
  });

  it('a handle of another database is refused, and neither has the job', async () => {
    const other = await Application.start(kysely);
    const another = expect.objectContaining({
      code: 'HONKER_TRANSACTION_UNUSABLE',
      message: expect.stringContaining('queue.enqueue() was given a handle of another database'),
    });
    await other.db.transaction().execute(async (trx) => {
      await expect(enqueue(trx)).rejects.toEqual(another);
      await expect(enqueue(other.db)).rejects.toEqual(another);
    });
    await expect(enqueue(other.db)).rejects.toEqual(another);
    expect(app.jobs()).toEqual([]);
    expect(other.jobs()).toEqual([]);
  });

  it('what is no handle is refused, by a message that says what it is', async () => {
    const trx = await app.db.startTransaction().execute();
    for (const [handle, problem] of [
      [undefined, /takes the transaction, or Kysely's db, as its first argument/],
      [{ to: 'a' }, /write await queue\.enqueue\(trx, …\), or await queue\.enqueue\(db, …\)/],
      [app.raw, /write await queue\.enqueue\(trx, …\)/],
      [app.db.transaction(), /await db\.transaction\(\)\.execute\(async \(trx\) => /],
      [app.db.startTransaction(), /await db\.transaction\(\)\.execute/],
      [Promise.resolve(trx), /a promise, which is to be awaited/],
    ] as const) {
      await expect(enqueue(handle as never)).rejects.toThrow(problem);
    }
    await trx.rollback().execute();
    expect(app.jobs()).toEqual([]);
  });

  describe('honkerKysely()', () => {
    it("takes the database of Kysely's own dialect, and changes nothing in another one", async () => {
      const { db, raw } = await Application.start(kysely);
      const other = openConnection(temporaryPath()).raw;
      atEnd(() => other.close());
      for (const wrong of [other, app.raw, undefined, {}, 'app.db', db]) {
        await expect(honkerKysely(db, wrong as never)).rejects.toThrow(
          /takes as its second argument the database .* new SqliteDialect\(\{ database \}\)/,
        );
      }
      for (const wrong of [undefined, raw, {}, db.transaction()]) {
        await expect(honkerKysely(wrong as never, raw)).rejects.toThrow(/takes Kysely's db/);
      }
      expect(other.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 0 });
    });

    it('refuses to be called in a transaction', async () => {
      const trx = await app.db.startTransaction().execute();
      await expect(honkerKysely(trx, app.raw)).rejects.toThrow(/outside any transaction/);
      await trx.rollback().execute();
      await app.db.connection().execute(async (one) => {
        await kysely.sql`begin`.execute(one);
        await expect(honkerKysely(one, app.raw)).rejects.toThrow(
          withCode('HONKER_TRANSACTION_OPEN'),
        );
        await kysely.sql`rollback`.execute(one);
      });
    });

    it('refuses an in-memory database', async () => {
      const { raw, database } = openConnection(':memory:');
      const db = new kysely.Kysely<object>({ dialect: new kysely.SqliteDialect({ database }) });
      atEnd(() => db.destroy());
      await expect(honkerKysely(db, raw)).rejects.toThrow(
        /needs a database file: an in-memory database belongs to one connection/,
      );
    });

    it('refuses options that are wrong, and leaves the connection as it was', async () => {
      const { executeQuery } = await app.db
        .getExecutor()
        .provideConnection(async (connection) => connection);
      await expect(
        honkerKysely(app.db, app.raw, { notifications: { maxKeep: -1 } }),
      ).rejects.toThrow('notifications.maxKeep must be at least 0');
      await app.db.getExecutor().provideConnection(async (connection) => {
        expect(connection.executeQuery).toBe(executeQuery);
      });
    });
  });
});
