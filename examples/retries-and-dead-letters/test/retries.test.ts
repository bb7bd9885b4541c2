import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, it, type TestContext } from 'vitest';
import { type Order, openShop } from '../src/shop.js';

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
  openAgain() {
    const { db, shipments } = openShop(this.file);
    this.#test.onTestFinished(() => db.close());
    return { db, shipments, orders: db.query<Order>('SELECT * FROM orders ORDER BY id') };
  }
}

// At the same time: each of them waits for the carrier for a second or two.
describe.concurrent('the program', () => {
  it('gets every order sent, once, whatever the carrier does', async (test) => {
    const { expect } = test;
    const run = new Run(test);
    const { code, output } = await run.start(run.file).ended;
    expect(code, output).toBe(0);

    const { db, orders } = run.openAgain();
    expect(orders.map(({ postcode }) => postcode)).toEqual(['10115', '20095', '80331', '50667']);
    const parcels = orders.map(({ parcel }) => parcel).sort();
    expect(parcels).toEqual(['P-1001', 'P-1002', 'P-1003', 'P-1004']);
    expect(db.queues()).toEqual([]); // nothing waits, runs or is dead

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
});
