import { join } from 'node:path';
import { type Database, open, type Queue } from '@honker/core';
import BetterSqlite3 from 'better-sqlite3';

/** What a worker needs to know to write a confirmation. */
export interface ConfirmationJob {
  orderId: number;
  to: string;
  text: string;
  /** `nowUs()` just before the order was committed, where the wake is measured. */
  sentAtUs: number | null;
}

/**
 * How long the jobs of a killed worker wait for another one. Short, because the demo waits for it; a
 * worker that lives extends its leases, so it isn't a limit on how long a job may take.
 */
export const VISIBILITY_TIMEOUT_S = 2;

const ORDERS_SCHEMA = `
  CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    ordered_at TEXT NOT NULL,
    customer TEXT NOT NULL,
    email TEXT NOT NULL,
    item TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    price_cents INTEGER NOT NULL
  )`;

// No UNIQUE on order_id: it would hide what is handled twice, and the report is to show it.
const CONFIRMATIONS_SCHEMA = `
  CREATE TABLE confirmations (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    worker INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    sent_at_us INTEGER,
    started_at_us INTEGER NOT NULL
  )`;

/** The orders, and the queue beside them. */
export function ordersPath(folder: string): string {
  return join(folder, 'orders.db');
}

export function confirmationsPath(folder: string): string {
  return join(folder, 'confirmations.db');
}

/** Creates both files, so that no process has to wait for another one to do it. */
export function createDatabases(folder: string): void {
  const orders = open(ordersPath(folder));
  orders.transaction((tx) => tx.execute(ORDERS_SCHEMA));
  orders.close();
  const confirmations = openConfirmations(folder);
  confirmations.exec(CONFIRMATIONS_SCHEMA);
  confirmations.close();
}

export function openConfirmations(folder: string): BetterSqlite3.Database {
  const db = new BetterSqlite3(confirmationsPath(folder));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  return db;
}

export function confirmationQueue(db: Database): Queue<ConfirmationJob> {
  return db.queue<ConfirmationJob>('confirmations', { visibilityTimeoutS: VISIBILITY_TIMEOUT_S });
}
