import { open } from '@honker/core';

const db = open('app.db'); // created if it is missing
const emails = db.queue('emails');

// The job is in the file when this returns, and workers of any process see it.
emails.enqueue({ to: 'alice@example.com' });

const worker = emails.work(async (job) => {
  console.log(`sending a mail to ${job.payload.to}`); // throw, and it is tried again
});

worker.on('completed', async (job) => {
  console.log(`job ${job.id} is done`);
  await worker.stop(); // a server does this at SIGTERM
  db.close();
});
