/** Opening, closing, and what stays behind: nothing. */
import { statSync } from 'node:fs';
import { env } from 'node:process';
import { honkerKysely } from '@honker/kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { Gate } from '../../core/test/gate.js';
import { Program } from '../../core/test/program.js';
import { Application, kyselys, openConnection, temporaryPath, withCode } from './application.js';

describe.each(kyselys)('Kysely $version', ({ version, kysely }) => {
  let app: Application;
  beforeEach(async () => {
    app = await Application.start(kysely);
  });

  it("takes a dialect that opens its database later, and leaves the connection's pragmas alone", async () => {
    const path = temporaryPath();
    const { raw, database } = openConnection(path);
    raw.exec('PRAGMA synchronous = FULL; PRAGMA busy_timeout = 123');
    const dialect = new kysely.SqliteDialect({ database: async () => database });
    const db = new kysely.Kysely<object>({ dialect });
    const honker = await honkerKysely(db, raw);
    atEnd(() => db.destroy());
    expect(honker.path).toBe(path);
    await honker.queue('q').enqueue(db, 1);
    expect(Object.values(raw.prepare('PRAGMA synchronous').get() as object)).toEqual([2]);
    expect(Object.values(raw.prepare('PRAGMA busy_timeout').get() as object)).toEqual([123]);
    await honker.close();
  });

  it('may be opened twice, and on a file that honker is in already', async () => {
    const second = await honkerKysely(app.db, app.raw);
    await second.queue('q').enqueue(app.db, 'second');
    await app.honker.queue('q').enqueue(app.db, 'first');
    await app.db.transaction().execute(async (trx) => {
      await second.queue('q').enqueue(trx, 'third');
      await expect(second.queue('q').enqueue(app.db, 1)).rejects.toEqual(
        withCode('HONKER_TRANSACTION_OPEN'),
      );
    });
    await second.close();
    expect(app.jobs()).toEqual(['second', 'first', 'third']);
    expect(await app.honker.queue('q').stats()).toMatchObject({ ready: 3 });
  });

  it("close() takes itself out of Kysely's connection", async () => {
    const { raw, database } = openConnection(temporaryPath());
    const db = new kysely.Kysely<object>({ dialect: new kysely.SqliteDialect({ database }) });
    atEnd(() => db.destroy());
    const methodOf = () => db.getExecutor().provideConnection(async (one) => one.executeQuery);
    const before = await methodOf();
    const honker = await honkerKysely(db, raw);
    expect(await methodOf()).not.toBe(before);
    await honker.close();
    expect(await methodOf()).toBe(before);
  });

  it("close() gives running jobs back, and leaves Kysely's connection open", async () => {
    const queue = app.honker.queue('q');
    await queue.enqueue(app.db, 1);
    const started = new Gate();
    queue.work((_, { signal }) => {
      started.open();
      return new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await started.opened;
    await app.honker.close();
    expect(app.honker.isOpen).toBe(false);
    await app.honker.close();
    const { state, attempts } = app.onlooker
      .prepare('SELECT state, attempts FROM _honker_live')
      .get() as { state: string; attempts: number };
    expect({ state, attempts }).toEqual({ state: 'pending', attempts: 0 });
    expect(await app.db.selectFrom('orders').selectAll().execute()).toEqual([]);
    await expect(queue.enqueue(app.db, 1)).rejects.toEqual(withCode('HONKER_CLOSED'));
    await app.db.transaction().execute(async (trx) => {
      await expect(queue.enqueue(trx, 1)).rejects.toEqual(withCode('HONKER_CLOSED'));
    });
  });

  it('db.destroy() first ends the work, too', async () => {
    const queue = app.honker.queue('q');
    const worker = queue.work(() => {});
    const notifications = app.honker.listen('news');
    const next = notifications.next();
    await app.honker.notify(app.db, 'news', 1);
    await next;
    await app.db.destroy();
    expect(app.honker.isOpen).toBe(false);
    await expect(queue.enqueue(app.db, 1)).rejects.toEqual(withCode('HONKER_CLOSED'));
    await expect(async () => queue.stats()).rejects.toEqual(withCode('HONKER_CLOSED'));
    await worker.stop();
    await notifications.return();
    await app.honker.close();
  });

  it('what waits for the connection when it is closed gets a ClosedError', async () => {
    const queue = app.honker.queue('q');
    const trx = await app.db.startTransaction().execute();
    const waiting = expect(queue.enqueue(app.db, 1)).rejects.toEqual(withCode('HONKER_CLOSED'));
    const closing = app.honker.close();
    await trx.rollback().execute();
    await Promise.all([waiting, closing]);
    expect(app.jobs()).toEqual([]);
  });

  it('can be disposed of', async () => {
    let disposed: typeof app.honker | undefined;
    {
      await using honker = await honkerKysely(app.db, app.raw);
      disposed = honker;
    }
    expect(disposed.isOpen).toBe(false);
  });

  it('the WAL stays small after 20,000 single enqueues', async () => {
    const queue = app.honker.queue<number>('q');
    for (let n = 0; n < 20_000; n++) await queue.enqueue(app.db, n);
    expect(statSync(`${app.path}-wal`).size).toBeLessThan(8 * 2 ** 20);
  });

  const itWithBetterSqlite3 = it.skipIf(env.HONKER_TEST_DRIVER !== undefined);

  itWithBetterSqlite3(
    'lets its process end, and one that is killed leaves no half of an order',
    async () => {
      const other = new Program(new URL('programs/place-orders.mjs', import.meta.url), [
        version,
        app.path,
      ]);
      expect(await other.message()).toBe('placed');
      await other.success();
      const killed = new Program(new URL('programs/place-orders.mjs', import.meta.url), [
        version,
        app.path,
        'for ever',
      ]);
      for (let n = 0; n < 3; n++) await killed.message();
      await killed.kill();
      const orders = app.orders();
      expect(app.jobs()).toEqual(orders);
      expect(orders.length).toBeGreaterThanOrEqual(4);
    },
  );
});
