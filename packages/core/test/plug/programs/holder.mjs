// Takes jobs, and ends each in the way that its payload names, once it is told to.
import { once } from 'node:events';
import { FailError } from '@honker/core';
import { handle, openDoomed } from './plug.mjs';

const [, , path, visibilityTimeoutS, ...queues] = process.argv;
const db = openDoomed(path, 0);
const told = once(process, 'message');

const ends = {
  return: () => {},
  throw: () => {
    throw new Error('thrown');
  },
  bury: () => {
    throw new FailError('buried');
  },
  ack: (job) => job.ack(),
  retry: (job) => job.retry(0),
  fail: (job) => job.fail(),
  inside: (job) => {
    try {
      db.transaction((tx) => job.ackTx(tx));
      return true;
    } catch (error) {
      if (error.code !== 'HONKER_LEASE_LOST') throw error;
      return false;
    }
  },
  heartbeat: (job) => job.heartbeat(60),
};

const workers = queues.map((name) => {
  const tell = (event, { id, attempts, payload }, more) =>
    process.send({ queue: name, event, id, attempts, key: payload?.key, ...more });
  const worker = db.queue(name, { visibilityTimeoutS: Number(visibilityTimeoutS) }).work(
    async (job) => {
      db.transaction((tx) => handle(tx, job, 'return'));
      tell('started', job);
      await told;
      // Only the first attempt ends as it was told.
      if (job.attempts === 1) tell('ended', job, { done: ends[job.payload.end](job) });
    },
    // As many as there are jobs: with a free slot it would claim those again whose lease is over.
    { concurrency: Object.keys(ends).length },
  );
  for (const event of ['completed', 'failed', 'dead', 'lost']) {
    worker.on(event, (job) => tell(event, job));
  }
  worker.on('error', ({ code }) => process.send({ queue: name, event: 'error', code }));
  return worker;
});
process.send('ready');

await told;
await once(process, 'message');
for (const worker of workers) await worker.stop();
db.close();
process.disconnect();
