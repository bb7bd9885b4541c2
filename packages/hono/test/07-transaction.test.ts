import { open } from '@honker/core';
import { honkerMiddleware, transaction } from '@honker/hono';
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { Hono } from 'hono';
import { Kysely, SqliteDialect } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRaw, temporaryPath } from '../../core/test/temporary-database.js';

let raw: ReturnType<typeof openRaw>;
let honker: ReturnType<typeof open>;
beforeEach(() => {
  raw = openRaw(temporaryPath());
  raw.pragma('journal_mode = WAL');
  raw.exec('CREATE TABLE orders (item TEXT)');
  honker = open(raw);
});

const emails = () => honker.queue<string>('emails');
const stored = () => ({
  orders: raw.prepare('SELECT item FROM orders').pluck().all(),
  jobs: emails()
    .jobs({ state: 'pending' })
    .map(({ payload }) => payload),
});

/** An application whose route inserts an order and enqueues a job on the same connection, and then ends as it is told. */
function applications() {
  const ending = (how: string | undefined) => {
    if (how === 'throw') throw new Error('on purpose');
    return new Response('done', { status: Number(how ?? 201) });
  };
  const orm = drizzle({ client: raw });
  const ofDrizzle = new Hono().use(honkerMiddleware(honker, orm)).post('/', (c) =>
    transaction(c, (tx) => {
      tx.run(drizzleSql`INSERT INTO orders VALUES ('book')`);
      emails().enqueueTx(raw, 'book');
      return ending(c.req.query('end'));
    }),
  );
  const kysely = new Kysely<{ orders: { item: string } }>({
    dialect: new SqliteDialect({ database: raw }),
  });
  const ofKysely = new Hono().use(honkerMiddleware(honker, kysely)).post('/', (c) =>
    transaction(c, async (trx) => {
      await trx.insertInto('orders').values({ item: 'book' }).execute();
      emails().enqueueTx(raw, 'book');
      return ending(c.req.query('end'));
    }),
  );
  const ofCore = new Hono().use(honkerMiddleware(honker)).post('/', (c) =>
    transaction(c, (tx) => {
      tx.execute("INSERT INTO orders VALUES ('book')");
      emails().enqueueTx(tx, 'book');
      return ending(c.req.query('end'));
    }),
  );
  return { Drizzle: ofDrizzle, Kysely: ofKysely, 'honker itself': ofCore };
}

describe.each(['Drizzle', 'Kysely', 'honker itself'] as const)('transaction() of %s', (name) => {
  const request = async (query = '') => {
    const app = applications()[name].onError((error, c) => c.text(error.message, 500));
    const response = await app.request(`/${query}`, { method: 'POST' });
    return [response.status, await response.text()];
  };

  it('commits the row and the job together', async () => {
    expect(await request()).toEqual([201, 'done']);
    expect(stored()).toEqual({ orders: ['book'], jobs: ['book'] });
  });

  it('commits with any answer that is no error', async () => {
    expect(await request('?end=399')).toEqual([399, 'done']);
    expect(stored()).toEqual({ orders: ['book'], jobs: ['book'] });
  });

  it('rolls both back when the answer is an error, and answers it', async () => {
    for (const status of [400, 409, 503]) {
      expect(await request(`?end=${status}`)).toEqual([status, 'done']);
    }
    expect(stored()).toEqual({ orders: [], jobs: [] });
  });

  it('rolls both back when the function throws', async () => {
    expect(await request('?end=throw')).toEqual([500, 'on purpose']);
    expect(stored()).toEqual({ orders: [], jobs: [] });
    expect(raw.inTransaction).toBe(false);
  });
});

describe('transaction()', () => {
  it('refuses an asynchronous function where the driver is synchronous', async () => {
    const app = new Hono()
      .use(honkerMiddleware(honker))
      .post('/', (c) => transaction(c, async () => c.text('ok')))
      .onError((error, c) => c.text(error.message, 500));
    const response = await app.request('/', { method: 'POST' });
    expect(await response.text()).toContain('returned a promise');
  });

  it('begins to write at once: nobody else does before it is over', async () => {
    const other = openRaw(raw.name, { timeout: 0 });
    const app = new Hono().use(honkerMiddleware(honker, drizzle({ client: raw }))).post('/', (c) =>
      transaction(c, () => {
        expect(() => other.exec("INSERT INTO orders VALUES ('other')")).toThrow('locked');
        return c.text('ok');
      }),
    );
    expect((await app.request('/', { method: 'POST' })).status).toBe(200);
  });

  it('says what is missing without the middleware', async () => {
    const app = new Hono().post('/', (c) => transaction(c as never, () => c.text('ok')));
    app.onError((error, c) => c.text(error.message, 500));
    const response = await app.request('/', { method: 'POST' });
    expect(await response.text()).toContain('app.use(honkerMiddleware(honker, db))');
  });
});
