import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { orderApi } from '../src/api.js';
import { confirmOrders, placeOrder } from '../src/orders.js';
import { openShop, type Shop } from '../src/shop.js';

let path: string;
let shop: Shop;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kysely-orders-test-'));
  path = join(folder, 'shop.db');
  shop = await openShop(path);
  onTestFinished(async () => {
    await shop.close();
    rmSync(folder, { recursive: true });
  });
});

const send = (method: string, body: object) => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const teapots = (quantity: number) =>
  send('POST', { email: 'alice@example.com', product: 'teapot', quantity });

/** Waits, from commit to commit, until so many orders are confirmed. */
async function untilConfirmed(count: number): Promise<void> {
  const events = shop.honker.updateEvents();
  for (;;) {
    const rows = await shop.db.selectFrom('confirmations').selectAll().execute();
    if (rows.length === count) break;
    await events.next();
  }
  await events.return();
}

describe('the API', () => {
  it('places an order, its job and its stock together, or none of them', async () => {
    const api = orderApi(shop);
    expect((await api.request('/products/teapot', send('PUT', { stock: 3 }))).status).toBe(204);
    const placed = await api.request('/orders', teapots(2));
    expect([placed.status, await placed.json()]).toEqual([201, { id: 1 }]);
    expect((await api.request('/orders', teapots(2))).status).toBe(409);
    expect((await api.request('/orders', teapots(0))).status).toBe(400);

    expect(await shop.db.selectFrom('products').select('stock').execute()).toEqual([{ stock: 1 }]);
    expect(await shop.db.selectFrom('orders').select('id').execute()).toEqual([{ id: 1 }]);
    expect(await shop.db.selectFrom('_honker_live').select('payload').execute()).toEqual([
      { payload: '{"orderId":1,"email":"alice@example.com"}' },
    ]);
    expect(await (await api.request('/orders/1')).json()).toMatchObject({ confirmation: null });
    expect((await api.request('/orders/2')).status).toBe(404);
  });

  it('leaves nothing of an order whose job is refused', async () => {
    await shop.db.insertInto('products').values({ name: 'teapot', stock: 3 }).execute();
    const order = { email: 1n as never, product: 'teapot', quantity: 1 };
    await expect(placeOrder(shop, order)).rejects.toThrow(/cannot be written as JSON/);
    expect(await shop.db.selectFrom('products').select('stock').execute()).toEqual([{ stock: 3 }]);
    expect(await shop.db.selectFrom('orders').select('id').execute()).toEqual([]);
  });
});

it('a job that runs again confirms nothing twice', async () => {
  await shop.db.insertInto('products').values({ name: 'teapot', stock: 3 }).execute();
  await placeOrder(shop, { email: 'alice@example.com', product: 'teapot', quantity: 1 });
  const worker = confirmOrders(shop);
  await untilConfirmed(1);
  await worker.stop();
  await shop.confirmations.enqueue(shop.db, { orderId: 1, email: 'alice@example.com' });
  const again = confirmOrders(shop);
  await new Promise((resolve) => again.on('failed', resolve));
  await again.stop();
  expect(await shop.db.selectFrom('confirmations').select('order_id').execute()).toEqual([
    { order_id: 1 },
  ]);
});

describe('the processes', () => {
  /** One of the built programs, ended as a process manager does it. */
  class Program {
    readonly #process: ChildProcess;
    readonly #closed: Promise<unknown[]>;
    output = '';

    constructor(name: string, ...args: string[]) {
      const file = fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));
      this.#process = spawn(process.execPath, [file, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      this.#closed = once(this.#process, 'close');
      this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
      onTestFinished(() => void this.#process.kill('SIGKILL'));
    }

    async printed(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(this.output);
        if (match !== null) return match;
        await once(this.#process.stdout as NonNullable<ChildProcess['stdout']>, 'data');
      }
    }

    async stop(): Promise<unknown> {
      this.#process.kill('SIGTERM');
      return (await this.#closed)[0];
    }
  }

  it('take orders over HTTP, confirm them in another process, and drain', async () => {
    const server = new Program('server', path, '0');
    const [, port] = await server.printed(/listening on port (\d+)/);
    const workers = [new Program('worker', path), new Program('worker', path)];
    for (const worker of workers) await worker.printed(/waiting for orders/);
    const url = `http://127.0.0.1:${port}`;
    await fetch(`${url}/products/teapot`, send('PUT', { stock: 1000 }));
    for (let n = 0; n < 20; n++) await fetch(`${url}/orders`, teapots(1));
    await untilConfirmed(20);
    expect(await (await fetch(`${url}/orders/20`)).json()).toEqual({
      id: 20,
      product: 'teapot',
      quantity: 1,
      confirmation: 'Dear alice@example.com, thank you for your order 20.',
    });
    const codes = await Promise.all([server, ...workers].map((program) => program.stop()));
    if (process.platform !== 'win32') expect(codes).toEqual([0, 0, 0]);
    expect(
      workers
        .map(({ output }) => output)
        .join('')
        .match(/confirmed/g),
    ).toHaveLength(20);
    expect(await shop.confirmations.stats()).toMatchObject({ ready: 0, processing: 0, dead: 0 });
  });
});
