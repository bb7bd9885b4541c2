import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, it, type TestContext } from 'vitest';
import { shipOrders } from '../src/shipping.js';
import { listOrders, openShop, placeOrder, type Shop } from '../src/shop.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The program as it is started from a shell, with a place of its own for temporary files. */
class Run {
  readonly folder = mkdtempSync(join(tmpdir(), 'retries-test-'));
  readonly file = join(this.folder, 'shop.db');
  readonly #temporary = join(this.folder, 'tmp');
  readonly #test: TestContext;

  constructor(test: TestContext) {
    this.#test = test;
    mkdirSync(this.#temporary);
    test.onTestFinished(() => rmSync(this.folder, { recursive: true }));
  }

  start(...args: string[]) {
    const env = { ...process.env, TMPDIR: this.#temporary, TEMP: this.#temporary };
    const child = spawn(process.execPath, [MAIN, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#test.onTestFinished(() => void child.kill('SIGKILL'));
    const ended = Promise.all([once(child, 'close'), text(child.stdout)]);
    return { child, ended: ended.then(([[code], output]) => ({ code, output })) };
  }

  get leftBehind(): string[] {
    return readdirSync(this.#temporary);
  }

  /** What the program has left in its file. */
  openAgain(): Shop {
    const shop = openShop(this.file);
    this.#test.onTestFinished(() => shop.db.close());
    return shop;
  }
}

// At the same time: each of them waits for the carrier for a second or two.
describe.concurrent('orders and their carrier', () => {
  it('gets every order sent, once, whatever the carrier does', async (test) => {
    const { expect } = test;
    const run = new Run(test);
    const { code, output } = await run.start(run.file).ended;
    expect(code, output).toBe(0);

    const shop = run.openAgain();
    const orders = listOrders(shop);
    expect(orders.map(({ postcode }) => postcode)).toEqual(['10115', '20095', '80331', '50667']);
    const parcels = orders.map(({ parcel }) => parcel).sort();
    expect(parcels).toEqual(['P-1001', 'P-1002', 'P-1003', 'P-1004']);
    expect(shop.db.queues()).toEqual([]); // nothing waits, runs or is dead

    expect(output.match(/order \d: TimeoutError: .* again in 1 s/g)).toHaveLength(1);
    expect(output.match(/order \d: RetryError: 503 overloaded; again in 2 s/g)).toHaveLength(2);
    expect(output).toContain('job 3 is dead: FailError: 400 "8O331" is no postcode');
    expect(output).toContain('4 of 4 orders sent, in 4 parcels');
    expect(run.leftBehind).toEqual([]);
  });

  it('ends at Ctrl-C, and what is not done stays in the file', async (test) => {
    const { expect } = test;
    const run = new Run(test);
    const { child, ended } = run.start(run.file);
    await once(child.stdout, 'data'); // an attempt has failed, and another one hangs
    child.kill('SIGINT');
    const { code, output } = await ended;
    expect(code, output).toBe(130);
    expect(output).toContain('0 of 4 orders sent');

    const { ready, scheduled, processing, dead } = run.openAgain().shipments.stats();
    const waiting = ready + scheduled;
    expect({ waiting, processing, dead }).toEqual({ waiting: 3, processing: 0, dead: 1 });
  });

  it('fails when an order was not sent', async (test) => {
    const { expect } = test;
    const run = new Run(test);
    const { db } = run.openAgain();
    db.transaction((tx) =>
      tx.execute(`
        CREATE TRIGGER lose AFTER UPDATE OF parcel ON orders WHEN new.id = 2 BEGIN
          UPDATE orders SET parcel = NULL WHERE id = 2;
        END`),
    );
    const { code, output } = await run.start(run.file).ended;
    expect(code, output).toBe(1);
    expect(output).toContain('3 of 4 orders sent');
  });

  it('leaves nothing behind where it was given no file', async (test) => {
    const { expect } = test;
    const run = new Run(test);
    const { child, ended } = run.start();
    await once(child.stdout, 'data');
    expect(run.leftBehind).toHaveLength(1);
    child.kill('SIGTERM');
    const { code, output } = await ended;
    expect(code, output).toBe(130);
    expect(run.leftBehind).toEqual([]);
  });

  it('hangs up on a carrier that takes too long', async (test) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    test.onTestFinished(() => void silent.closeAllConnections());
    test.onTestFinished(() => void silent.close());
    const shop = openShop(new Run(test).file);
    test.onTestFinished(() => shop.db.close());

    placeOrder(shop, 'Alice', '10115');
    const { port } = silent.address() as AddressInfo;
    const worker = shipOrders(shop, `http://127.0.0.1:${port}`);
    const [, response] = await once(silent, 'request');
    await once(response, 'close'); // by the worker: nothing was answered
    await worker.stop();
  }, 10_000);
});
