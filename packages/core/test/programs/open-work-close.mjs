// Uses everything once, and tells what is left of it.
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { open } from '@honker/core';

const path = process.argv[2];
// libuv starts its threads at the first use, and never ends them.
await Promise.all(Array.from({ length: 8 }, () => stat('.')));
const threads = () => (process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0);
const before = threads();

const db = open(path);
const queue = db.queue('q');
const worker = queue.work(async () => {}, { concurrency: 4 });
queue.enqueueMany([1, 2, 3]);
queue.enqueue(4, { delay: 3600 });
await once(worker, 'completed');
for await (const job of db.queue('other').claim('w', { signal: AbortSignal.timeout(10) }))
  job.ack();
await worker.stop();
db.close();
await setImmediate();

const links = process.platform === 'linux' ? readdirSync('/proc/self/fd') : [];
const target = (descriptor) => {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return 'the listing itself';
  }
};
process.send({
  threads: threads() - before,
  descriptors: links.map(target).filter((name) => name.startsWith(path)),
  timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout'),
});
process.disconnect();
