// Works until a job says that it is the last.
import { open } from '@honker/core';

const db = open(process.argv[2]);
const worker = db.queue('q').work(async (job) => {
  process.send(`handled ${job.payload}`);
  if (job.payload !== 'last') return;
  process.disconnect();
  setImmediate(async () => {
    await worker.stop();
    db.close();
  });
});
// The first turn has looked when these have passed.
setImmediate(() => setImmediate(() => process.send(process.getActiveResourcesInfo())));
