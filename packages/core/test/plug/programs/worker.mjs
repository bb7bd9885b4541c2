// Handles jobs, writing each attempt into the ledger before it is acked, until it is stopped or killed.
import { RetryError } from '@honker/core';
import { begin, handle, handleInside, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom] = process.argv;
const db = openDoomed(path, Number(doom));
const HOW = ['return', 'inside', 'return', 'return', 'inside', 'return', 'retry'];
let n = 0;
const worker = db.queue('work', { visibilityTimeoutS: 1 }).work(
  (job) => {
    const how = HOW[n++ % HOW.length];
    if (how === 'inside') handleInside(db, job);
    else {
      const tx = begin(db);
      handle(tx, job, how);
      tx.commit();
    }
    process.send('handled');
    if (how === 'retry') throw new RetryError('again', { delayS: 0 });
  },
  { concurrency: 4, prefetch: 4, backoff: () => 0 },
);
worker.on('error', ({ code, message }) => {
  // It was stopped, or waited for a lock, for longer than its leases.
  if (code !== 'HONKER_EVENT_LOOP_BLOCKED') process.send({ code, message });
});
untilStopped(async () => {
  await worker.stop();
  db.close();
});
process.send('ready');
