// Handles jobs, writing each attempt into the ledger before it is acked, until it is stopped or killed.
import { RetryError } from '@honker/core';
import { begin, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom] = process.argv;
const db = openDoomed(path, Number(doom));
let n = 0;
const worker = db.queue('work', { visibilityTimeoutS: 1 }).work(
  (job) => {
    const asksRetry = n++ % 10 === 9;
    const handled = [job.payload.key, job.id, job.attempts, job.workerId, Number(asksRetry)];
    const tx = begin(db);
    tx.execute('INSERT INTO ledger_handled VALUES (?, ?, ?, ?, ?)', handled);
    tx.commit();
    process.send('handled');
    if (asksRetry) throw new RetryError('again', { delayS: 0 });
  },
  { concurrency: 4, prefetch: 4, backoff: () => 0 },
);
worker.on('error', ({ code, message }) => process.send({ code, message }));
untilStopped(async () => {
  await worker.stop();
  db.close();
});
process.send('ready');
