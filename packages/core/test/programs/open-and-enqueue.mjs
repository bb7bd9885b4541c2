// Opens a file when it is told to, at the same moment as others, and enqueues one job.
import { open } from '@honker/core';

process.once('message', () => {
  const db = open(process.argv[2]);
  db.queue('q').enqueue(process.pid);
  db.close();
  process.disconnect();
});
process.send('ready');
