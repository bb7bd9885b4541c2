import { type Database, open } from '@honker/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Shop, ShopFile } from './shop.js';

const ORDER = { item: 'book', email: 'alice@example.com' };

describe.each(['nest-11', 'nest-12'])('the shop on %s', (nest) => {
  let file: ShopFile;
  let shops: Shop[];
  /** Tells of commits: what a test waits for. */
  let db: Database | undefined;

  beforeEach(() => {
    file = new ShopFile();
    shops = [];
    db = undefined;
  });

  afterEach(async () => {
    for (const shop of shops) shop.kill();
    for (const shop of shops) await shop.ended;
    db?.close();
    file.remove();
  });

  async function start(env: Record<string, string> = {}): Promise<Shop> {
    const shop = new Shop(nest, file, env);
    shops.push(shop);
    await shop.url;
    db ??= open(file.raw);
    return shop;
  }

  async function until(condition: () => boolean): Promise<void> {
    const commits = db?.updateEvents();
    while (!condition()) await commits?.next();
    await commits?.return();
  }

  const mails = () =>
    file
      .rows<{ order_id: number }>('SELECT order_id FROM mails ORDER BY order_id')
      .map(({ order_id }) => order_id);

  it('runs on the Nest that it says', async () => {
    const { createRequire } = await import('node:module');
    const from = createRequire(new URL(`../dist/${nest}/main.js`, import.meta.url));
    const { version } = from('@nestjs/core/package.json') as { version: string };
    expect(`nest-${version.split('.')[0]}`).toBe(nest);
  });

  it('takes an order, mails its confirmation and tells browsers; of one that it refuses, nobody', async () => {
    const shop = await start();
    const events = shop.events('/orders/events');
    expect((await shop.post('/orders', { item: 'book' })).status).toBe(400);
    expect((await shop.post('/orders', { ...ORDER, item: 'lamp', quantity: 2 })).status).toBe(409);
    expect((await shop.get('/orders/1')).status).toBe(404);
    for (const table of ['orders', '_honker_live', '_honker_stream', 'mails']) {
      expect(file.rows(`SELECT * FROM ${table}`)).toEqual([]);
    }

    const placed = await shop.post<{ id: number }>('/orders', { ...ORDER, quantity: 2 });
    expect(placed).toEqual({ status: 201, body: { id: 1 } });
    expect((await shop.get('/orders/1')).body).toEqual({ id: 1, ...ORDER, quantity: 2 });
    const { value } = await events.next();
    expect(value).toMatchObject({ event: 'placed', id: '1' });
    expect(JSON.parse(value?.data ?? '')).toEqual({
      type: 'placed',
      id: 1,
      item: 'book',
      quantity: 2,
    });
    await until(() => mails().length === 1);
    expect(file.rows('SELECT order_id, "to" FROM mails')).toEqual([
      { order_id: 1, to: 'alice@example.com' },
    ]);
    await events.return(undefined);

    await shop.post('/orders', ORDER);
    const again = shop.events('/orders/events', '1');
    expect((await again.next()).value).toMatchObject({ id: '2' });
    await shop.post('/orders', ORDER);
    expect((await again.next()).value).toMatchObject({ id: '3' });
    await again.return(undefined);

    expect(await shop.get('/health')).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { honker: { status: 'up' } } },
    });
  });

  it('loses no mail and sends none twice when it is told to end in the middle', async () => {
    const front = await start({ ROLE: 'producer' });
    for (let n = 0; n < 40; n++) await front.post('/orders', ORDER);
    const first = await start({ MAIL_MS: '50' });
    const watching = first.events('/orders/events');
    await watching.next(); // a page that stays open doesn't keep it from ending
    await until(() => mails().length >= 4);
    first.terminate();
    expect(await first.ended).toEqual({ code: 0, signal: null, stderr: '' });
    const sent = mails();
    expect(sent.length).toBeLessThan(40);
    expect(file.rows('SELECT id FROM _honker_live')).toHaveLength(40 - sent.length);
    expect(
      file.rows(`SELECT id FROM _honker_live WHERE state <> 'pending' OR attempts > 0`),
    ).toEqual([]);
    const second = await start({ MAIL_MS: '0' });
    await until(() => mails().length === 40);
    expect(mails()).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    second.terminate();
    expect((await second.ended).code).toBe(0);
  });

  it('takes orders in one process and works in others, each mail once', async () => {
    const front = await start({ ROLE: 'producer' });
    for (let n = 0; n < 10; n++) await front.post('/orders', ORDER);
    expect(mails()).toEqual([]);
    const workers = [await start({ ROLE: 'worker' }), await start({ ROLE: 'worker' })];
    for (let n = 0; n < 30; n++) await front.post('/orders', ORDER);
    await until(() => mails().length === 40);
    expect(mails()).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    for (const shop of [front, ...workers]) {
      shop.terminate();
      expect(await shop.ended).toEqual({ code: 0, signal: null, stderr: '' });
    }
  });

  it('writes one report a night, however many processes run', async () => {
    const [shop] = [await start(), await start()];
    await shop.post('/orders', { ...ORDER, quantity: 3 });
    file.raw.exec('UPDATE _honker_scheduler_tasks SET next_fire_at = unixepoch()');
    await until(() => file.rows('SELECT 1 FROM reports').length === 1);
    await until(() => file.rows('SELECT 1 FROM _honker_live').length === 0);
    const { body } = await shop.get<{ nightly: unknown[] }>('/reports');
    expect(body.nightly).toEqual([{ id: 1, orders: 1, pieces: 3 }]);
  });
});
