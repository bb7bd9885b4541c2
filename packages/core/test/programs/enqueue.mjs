// Enqueues each payload that it is sent, answering with the job's id, until it is disconnected by null.
import { open } from '@honker/core';

const db = open(process.argv[2]);
const queue = db.queue(process.argv[3]);
process.on('message', ({ payload, options, isLast }) => {
  process.send({ id: queue.enqueue(payload, options) });
  if (!isLast) return;
  db.close();
  process.disconnect();
});
process.send('ready');
