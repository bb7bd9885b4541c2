/** A worker process: `worker.js <folder> <number>`. Writes confirmations until it is stopped, or killed. */
import { open } from '@honker/core';
import { nowUs } from './clock.js';
import { confirmationQueue, openConfirmations, ordersPath } from './databases.js';
import type { WorkerMessage } from './messages.js';
import { Parent } from './parent.js';

const CONCURRENCY = 16;

const [folder = '', number = ''] = process.argv.slice(2);
const parent = new Parent<WorkerMessage>();
const db = open(ordersPath(folder));
const confirmations = openConfirmations(folder);
const insert = confirmations.prepare(`
  INSERT INTO confirmations (order_id, recipient, text, worker, attempt, sent_at_us, started_at_us)
  VALUES (?, ?, ?, ?, ?, ?, ?)`);
let untold = 0;

const worker = confirmationQueue(db).work(
  (job) => {
    const startedAtUs = nowUs();
    const { orderId, to, text, sentAtUs } = job.payload;
    insert.run(orderId, to, text, Number(number), job.attempts, sentAtUs, startedAtUs);
    countWritten();
  },
  { concurrency: CONCURRENCY },
);
parent.tell({ type: 'ready' });

await parent.untilStopped();
await worker.stop();
db.close();
confirmations.close();
parent.leave();

/** One message for what one turn of the event loop has written. */
function countWritten(): void {
  if (untold++ > 0) return;
  setImmediate(() => {
    parent.tell({ type: 'written', count: untold });
    untold = 0;
  });
}
