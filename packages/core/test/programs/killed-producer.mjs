// Commits orders, each with its job, a few at every step, until it is killed.
import { open } from '@honker/core';

const db = open(process.argv[2]);
const queue = db.queue('q');
process.on('message', () => {
  for (let i = 0; i < 3; i++) {
    db.transaction((tx) => {
      const job = queue.enqueueTx(tx, 'order', { maxAttempts: 1000 });
      tx.execute('INSERT INTO orders (job) VALUES (?)', [job]);
    });
  }
  process.send('stepped');
});
process.send('ready');
