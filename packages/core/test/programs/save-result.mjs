// Handles one job, once it is told to, and saves its result, or fails.
import { open } from '@honker/core';

const db = open(process.argv[2]);
const told = new Promise((resolve) => process.once('message', resolve));
const worker = db.queue('q').work(async (job) => {
  const { value } = await told;
  db.saveResult(job.id, value);
});
worker.once('completed', async () => {
  await worker.stop();
  db.close();
  process.disconnect();
});
process.send('ready');
