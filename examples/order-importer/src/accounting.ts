import { open } from '@honker/core';
import BetterSqlite3 from 'better-sqlite3';
import { confirmationQueue, confirmationsPath, ordersPath } from './databases.js';

/** What happened, as the two database files tell it. */
export interface Account {
  orders: number;
  /** Confirmations written. */
  handled: number;
  /** Jobs that are still in the queue. */
  queued: number;
  /** Orders without a confirmation. */
  unconfirmed: number;
  /** Orders with more than one. */
  handledTwice: number;
  /** Confirmations that a second worker wrote, since the first one was killed with the job in its hands. */
  takenOver: number;
  /** null with fewer than two to measure. */
  jobsPerS: number | null;
  /** From before the commit to the handler's first line, ascending. */
  wakesUs: number[];
}

// Only first attempts in the rate: what the killed worker held waits for its lease, by design.
const ACCOUNT = `
  SELECT
    (SELECT count(*) FROM orders) AS orders,
    (SELECT count(*) FROM written.confirmations) AS handled,
    (SELECT count(*) FROM orders WHERE id NOT IN (SELECT order_id FROM written.confirmations)) AS unconfirmed,
    (SELECT count(*) FROM (
      SELECT 1 FROM written.confirmations GROUP BY order_id HAVING count(*) > 1
    )) AS handledTwice,
    (SELECT count(*) FROM written.confirmations WHERE attempt > 1) AS takenOver,
    (SELECT (count(*) - 1) * 1e6 / nullif(max(started_at_us) - min(started_at_us), 0)
     FROM written.confirmations WHERE attempt = 1 AND sent_at_us IS NULL) AS jobsPerS`;

const WAKES = `
  SELECT started_at_us - sent_at_us FROM written.confirmations
  WHERE attempt = 1 AND sent_at_us IS NOT NULL ORDER BY 1`;

/** Counts, when every process has ended. */
export function account(folder: string): Account {
  const connection = new BetterSqlite3(ordersPath(folder));
  connection.prepare('ATTACH ? AS written').run(confirmationsPath(folder));
  const db = open(connection);
  try {
    const { ready, scheduled, processing } = confirmationQueue(db).stats();
    return {
      ...(connection.prepare(ACCOUNT).get() as Omit<Account, 'queued' | 'wakesUs'>),
      queued: ready + scheduled + processing,
      wakesUs: connection.prepare(WAKES).pluck().all() as number[],
    };
  } finally {
    db.close();
    connection.close();
  }
}
