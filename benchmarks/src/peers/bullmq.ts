import type { Payload } from '../payload.js';
import { importPeer } from './installation.js';
import type { OpenQueue } from './queue-client.js';

/** What is used of BullMQ. */
interface BullMq {
  Queue: new (name: string, options: object) => Queue;
  Worker: new (
    name: string,
    processor: (job: { data: Payload }) => Promise<void>,
    options: object,
  ) => Worker;
}

interface Queue {
  waitUntilReady: () => Promise<unknown>;
  on: (event: 'error', listener: (error: unknown) => void) => unknown;
  add: (name: string, data: Payload) => Promise<unknown>;
  addBulk: (jobs: { name: string; data: Payload }[]) => Promise<unknown>;
  getJobCountByTypes: (...types: string[]) => Promise<number>;
  close: () => Promise<void>;
}

interface Worker {
  waitUntilReady: () => Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'failed', listener: (job: unknown, error: unknown) => void): unknown;
  close: () => Promise<void>;
}

/** Through a unix socket, the fastest way to a Redis on the same machine. */
export const openBullMq: OpenQueue = async (socket, name) => {
  const bullmq = await importPeer<BullMq>('bullmq');
  const queue = new bullmq.Queue(name, {
    connection: { path: socket },
    // Its documentation advises to limit how many finished jobs are kept; honker keeps none.
    defaultJobOptions: { removeOnComplete: true },
  });
  queue.on('error', () => {}); // the call that it befell rejects
  await queue.waitUntilReady();
  return {
    enqueue: (payload) => queue.add(name, payload),
    enqueueMany: (payloads) => queue.addBulk(payloads.map((data) => ({ name, data }))),
    work: async (handler, { concurrency, onError }) => {
      const worker = new bullmq.Worker(name, (job) => handler(job.data), {
        // As its documentation asks for workers: they wait for a Redis that is away.
        connection: { path: socket, maxRetriesPerRequest: null },
        concurrency,
      });
      worker.on('error', onError);
      worker.on('failed', (_, error) => onError(error));
      await worker.waitUntilReady();
      return { stop: () => worker.close() };
    },
    countLeft: () =>
      queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized', 'failed'),
    close: () => queue.close(),
  };
};
