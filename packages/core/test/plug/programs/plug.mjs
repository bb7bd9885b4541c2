import { randomBytes } from 'node:crypto';
import { open } from '@honker/core';
import BetterSqlite3 from 'better-sqlite3';

/** Names what this process does; process ids come again. */
export const me = randomBytes(6).toString('hex');

const WRITTEN = [
  '_honker_live',
  '_honker_stream',
  '_honker_stream_consumers',
  '_honker_notifications',
  '_honker_scheduler_tasks',
];

/**
 * Opens a database. With a doom, the process pulls its own plug at that many rows that it writes:
 * always in the middle of a transaction, where a kill from outside hardly ever hits.
 */
export function openDoomed(path, doom) {
  if (doom === 0) return open(path);
  const raw = new BetterSqlite3(path, { timeout: 5000 });
  raw.pragma('synchronous = NORMAL');
  const db = open(raw);
  let left = doom;
  raw.function('pull_the_plug', () => {
    left--;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return left;
  });
  for (const table of WRITTEN) {
    for (const change of ['INSERT', 'UPDATE', 'DELETE']) {
      raw.exec(`CREATE TEMP TRIGGER plug_${change}${table} AFTER ${change} ON main.${table}
        BEGIN SELECT pull_the_plug(); END`);
    }
  }
  return db;
}

/** Begins a transaction, however long somebody else holds the lock. */
export function begin(db) {
  for (;;) {
    try {
      return db.transaction();
    } catch (error) {
      if (error.code !== 'SQLITE_BUSY') throw error;
    }
  }
}

/** Writes that a job was handled, and how its handler is going to end. */
export function handle(tx, { payload, id, attempts, workerId }, how) {
  const handled = [payload.key, id, attempts, workerId, how];
  tx.execute('INSERT INTO ledger_handled VALUES (?, ?, ?, ?, ?)', handled);
}

/** Does so in the transaction that acks the job, if it is still its own. */
export function handleInside(db, job) {
  const tx = begin(db);
  try {
    handle(tx, job, 'inside');
    job.ackTx(tx);
    tx.commit();
  } catch (error) {
    tx.rollback();
    if (error.code !== 'HONKER_LEASE_LOST') throw error;
  }
}

/** Calls `end` when the test says so; then the process must come to its end by itself. */
export function untilStopped(end) {
  process.once('message', async () => {
    await end();
    process.disconnect();
  });
}
