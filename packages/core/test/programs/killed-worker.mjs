// Writes what it handles, and what it has acked, into a ledger, until it is killed.
import { open } from '@honker/core';
import BetterSqlite3 from 'better-sqlite3';

const [, , path, ledgerPath] = process.argv;
const ledger = new BetterSqlite3(ledgerPath);
ledger.pragma('synchronous = NORMAL');
const handled = ledger.prepare('INSERT INTO handled VALUES (?, ?, ?)');
const acked = ledger.prepare('INSERT INTO acked VALUES (?, ?)');
const worker = open(path)
  .queue('q', { visibilityTimeoutS: 1 })
  .work(
    (job) => {
      handled.run(job.id, job.attempts, worker.id);
    },
    { concurrency: 4, prefetch: 4 },
  );
worker.on('completed', (job) => {
  acked.run(job.id, worker.id);
  process.send('acked');
});
process.send('ready');
