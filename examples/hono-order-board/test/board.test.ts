import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openShop, placeOrder } from '../src/shop.js';
import { BoardServer } from './board-server.js';
import { launch, missing } from './chromium.js';

describe.skipIf(missing)(`the board in Chromium${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let browser: Browser;
  let folder: string;
  let database: string;
  let server: BoardServer;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'honker-board-'));
    database = join(folder, 'orders.db');
    server = await BoardServer.start(database);
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await server.end('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** A tab that keeps the ids of the events that it has got. */
  async function openTab(): Promise<Page> {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const seen: number[] = [];
      Object.assign(globalThis, { seen });
      const Original = globalThis.EventSource;
      globalThis.EventSource = class extends Original {
        constructor(url: string | URL) {
          super(url);
          this.addEventListener('message', ({ lastEventId }) => seen.push(Number(lastEventId)));
        }
      };
    });
    await page.goto(server.url);
    await page.getByText('live').waitFor();
    return page;
  }

  const seenBy = (page: Page): Promise<number[]> =>
    page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen);

  async function order(page: Page, customer: string, item = 'Teapot'): Promise<void> {
    await page.getByPlaceholder('customer').fill(customer);
    await page.getByRole('combobox').selectOption(item);
    await page.getByText('Place order').click();
  }

  it('an order that is placed in one tab shows up in another, and is packed in both', async () => {
    const [one, other] = [await openTab(), await openTab()];
    await order(one, 'Ada');
    for (const page of [other, one]) await page.getByText('#1 Teapot for Ada: packed').waitFor();
    expect(await other.locator('#jobs li').count()).toBe(0);
    expect(await seenBy(other)).toEqual([1, 2]);
  });

  it('shows what there was before the page was loaded', async () => {
    const shop = openShop(database);
    placeOrder(shop, 'Grace', 'Notebook');
    shop.db.close();
    const page = await openTab();
    await page.getByText('#1 Notebook for Grace: packed').waitFor();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'after %s and a restart the page goes on, without a gap or a repeat',
    async (signal) => {
      const page = await openTab();
      await order(page, 'Ada');
      await page.getByText('#1 Teapot for Ada: packed').waitFor();
      const code = await server.end(signal);
      expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
      await page.getByText('reconnecting').waitFor();
      // Another process goes on meanwhile.
      const shop = openShop(database);
      for (const customer of ['Grace', 'Linus', 'Dilan']) placeOrder(shop, customer, 'Notebook');
      shop.db.close();
      server = await BoardServer.start(database, server.port);
      for (const text of [
        '#2 Notebook for Grace',
        '#3 Notebook for Linus',
        '#4 Notebook for Dilan',
      ]) {
        await page.getByText(`${text}: packed`).waitFor();
      }
      await order(page, 'Inés');
      await page.getByText('#5 Teapot for Inés: packed').waitFor();
      expect(await seenBy(page)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
    },
  );

  it('a dead job is requeued by a click, and its order packed', async () => {
    const [one, other] = [await openTab(), await openTab()];
    await order(one, 'Björn', 'Vase');
    await one.locator('#dead').getByText('it broke').waitFor();
    await other.locator('#dead').getByText('Try again').click();
    for (const page of [one, other]) {
      await page.getByText('#1 Vase for Björn: packed').waitFor();
      expect(await page.locator('#dead li').count()).toBe(0);
    }
  });

  it('what a customer is called is text, and no page', async () => {
    const page = await openTab();
    await order(page, '<img src=x onerror=alert(1)>');
    await page.getByText('#1 Teapot for <img src=x onerror=alert(1)>: packed').waitFor();
    expect(await page.locator('img').count()).toBe(0);
  });

  it('an order without a customer is refused with the issues', async () => {
    const response = await fetch(`${server.url}/orders`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"customer":" ","item":"Teapot"}',
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ issues: [{ path: ['customer'] }] });
  });
});
