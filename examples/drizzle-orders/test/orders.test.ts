import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { closeDatabase, confirmationQueue, openDatabase } from '../src/database.js';
import { confirmations, orders, products } from '../src/schema.js';
import { Process } from './processes.js';

let path: string;
let server: Process;
let address: string;

beforeEach(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'drizzle-orders-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  path = join(directory, 'orders.db');
  server = new Process('server.js', path, '0');
  address = (await server.line()).replace('listening on ', '');
  await send('PUT', '/products/book', { stock: 10 });
});

async function send(method: string, route: string, body: object): Promise<[number, unknown]> {
  const response = await fetch(address + route, { method, body: JSON.stringify(body) });
  return [response.status, await response.json()];
}

const order = (quantity: number) =>
  send('POST', '/orders', { email: 'alice@example.com', product: 'book', quantity });

/** What the file holds, seen by a connection of its own. */
function look() {
  const database = openDatabase(path);
  const { db, honker } = database;
  const { ready, dead } = confirmationQueue(honker).stats();
  const rows = {
    orders: db.select().from(orders).all().length,
    stock: db.select().from(products).get()?.stock,
    confirmations: db.select().from(confirmations).all(),
    ready,
    dead,
  };
  closeDatabase(database);
  return rows;
}

it('an order and its job are committed together, and the worker process confirms it', async () => {
  expect(await order(2)).toEqual([201, { id: 1 }]);
  expect(look()).toMatchObject({ orders: 1, stock: 8, ready: 1 });

  const worker = new Process('worker.js', path);
  expect(await worker.line()).toBe('waiting for orders');
  expect(await worker.line()).toBe('confirmed order 1');
  const response = await fetch(`${address}/orders/1`);
  expect(await response.json()).toEqual({
    id: 1,
    product: 'book',
    confirmation: 'To alice@example.com: your 2 × book will be sent.',
  });
  expect(await worker.stop()).toBe(0);
  expect(await server.stop()).toBe(0);
  expect(look()).toMatchObject({ ready: 0, dead: 0 });
});

it('an order that is rolled back leaves neither row nor job', async () => {
  expect(await order(11)).toEqual([409, { error: 'out of stock' }]);
  expect(look()).toEqual({ orders: 0, stock: 10, confirmations: [], ready: 0, dead: 0 });
});

it('what is no order is refused', async () => {
  const [status, body] = await send('POST', '/orders', { email: 'alice', product: 'book' });
  expect(status).toBe(400);
  expect(body).toEqual({ error: expect.stringContaining('email') });
});

it('each order is confirmed once, though a worker is killed', async () => {
  const first = new Process('worker.js', path);
  const second = new Process('worker.js', path);
  await Promise.all([first.line(), second.line()]);
  const ids = [];
  for (let i = 0; i < 10; i++) {
    const [status, body] = await order(1);
    expect(status).toBe(201);
    ids.push((body as { id: number }).id);
    if (i === 5) first.kill();
  }
  // What the killed one held is ready again when its lease has run out: the survivor does it.
  const database = openDatabase(path);
  onTestFinished(() => closeDatabase(database));
  const confirmed = () => database.db.select().from(confirmations).all();
  const commits = database.honker.database.updateEvents();
  while (confirmed().length < ids.length) await commits.next();
  await commits.return();
  expect(confirmed().map(({ orderId }) => orderId)).toEqual(ids);
  expect(await second.stop()).toBe(0);
});
