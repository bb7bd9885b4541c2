import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from '@honker/core';
import { expect, it, onTestFinished } from 'vitest';
import { account } from '../src/accounting.js';
import {
  confirmationQueue,
  createDatabases,
  openConfirmations,
  ordersPath,
} from '../src/databases.js';
import { describe as describeAccount, exitCodeOf } from '../src/report.js';
import { Style } from '../src/style.js';

/** Orders 1 to `orders`, and confirmations as [order, attempt, sent at, started at]. */
function filesWith(
  orders: number,
  confirmations: [number, number, number | null, number][],
): string {
  const folder = mkdtempSync(join(tmpdir(), 'order-importer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  createDatabases(folder);
  const db = open(ordersPath(folder));
  db.transaction((tx) => {
    for (let id = 1; id <= orders; id++) {
      tx.execute(
        `INSERT INTO orders VALUES (?, 'now', 'Jo', 'jo@example.com', 'Teapot', 1, 3450)`,
        [id],
      );
    }
  });
  db.close();
  const second = openConfirmations(folder);
  const insert = second.prepare(
    `INSERT INTO confirmations VALUES (NULL, ?, 'jo@example.com', '', 1, ?, ?, ?)`,
  );
  for (const row of confirmations) insert.run(...row);
  second.close();
  return folder;
}

it('01 finds nothing lost when every order has a confirmation', () => {
  const result = account(
    filesWith(4, [
      [1, 1, null, 1_000_000],
      [2, 1, null, 2_000_000],
      [3, 1, 2_500_000, 2_500_700],
      [4, 1, 2_600_000, 2_600_300],
    ]),
  );
  expect(result).toEqual({
    orders: 4,
    handled: 4,
    queued: 0,
    unconfirmed: 0,
    handledTwice: 0,
    takenOver: 0,
    jobsPerS: 1,
    wakesUs: [300, 700],
  });
  expect(exitCodeOf(result)).toBe(0);
});

it('02 finds a confirmation that is missing, and fails', () => {
  const result = account(
    filesWith(3, [
      [1, 1, null, 1],
      [3, 1, null, 2],
    ]),
  );
  expect(result).toMatchObject({ orders: 3, handled: 2, unconfirmed: 1 });
  expect(exitCodeOf(result)).toBe(1);
  expect(describeAccount(result, new Style(process.stdout))).toMatch(/lost +1 /);
});

it('03 is not taken in by two confirmations of one order where another has none', () => {
  const result = account(
    filesWith(2, [
      [1, 1, null, 1],
      [1, 2, null, 2_000_000],
    ]),
  );
  expect(result).toMatchObject({ handled: 2, unconfirmed: 1, handledTwice: 1, takenOver: 1 });
  expect(exitCodeOf(result)).toBe(1);
});

it('04 counts what is still in the queue', () => {
  const folder = filesWith(1, []);
  const db = open(ordersPath(folder));
  confirmationQueue(db).enqueue({ orderId: 1, to: 'jo@example.com', text: '', sentAtUs: null });
  db.close();
  expect(account(folder)).toMatchObject({ queued: 1, unconfirmed: 1 });
});
