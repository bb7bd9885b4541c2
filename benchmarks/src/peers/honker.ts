import { open } from '@honker/core';
import type { Payload } from '../payload.js';
import type { OpenQueue } from './queue-client.js';

/** With the defaults of open(): WAL, synchronous=NORMAL. No prefetch, which no peer but pg-boss has. */
export const openHonker: OpenQueue = async (path, name) => {
  const db = open(path);
  const queue = db.queue<Payload>(name);
  return {
    enqueue: (payload) => queue.enqueue(payload),
    enqueueMany: (payloads) => queue.enqueueMany(payloads),
    work: async (handler, { concurrency, onError }) => {
      const worker = queue.work((job) => handler(job.payload), { concurrency });
      worker.on('failed', (_, error) => onError(error));
      worker.on('dead', (_, error) => onError(error));
      worker.on('lost', (job) => onError(new Error(`job ${job.id} was lost`)));
      worker.on('error', onError);
      return { stop: () => worker.stop() };
    },
    countLeft: () => {
      const { ready, scheduled, processing, dead } = queue.stats();
      return ready + scheduled + processing + dead;
    },
    close: () => db.close(),
  };
};
