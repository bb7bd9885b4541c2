// Closes the database while a worker waits and a handler runs.
import { open } from '@honker/core';

const db = open(process.argv[2]);
const queue = db.queue('q');
queue.enqueue(1);
queue.work(() => {
  setImmediate(() => {
    db.close();
    process.disconnect();
  });
  return new Promise(() => {});
});
