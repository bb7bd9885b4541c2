import Database from 'better-sqlite3';
import type { Payload } from '../payload.js';
import { importPeer } from './installation.js';
import type { OpenQueue } from './queue-client.js';

/** What is used of plainjob. */
interface Plainjob {
  better: (database: Database.Database) => object;
  defineQueue: (options: { connection: object; logger: Logger }) => Queue;
  defineWorker: (
    type: string,
    processor: (job: { data: string }) => Promise<void>,
    options: {
      queue: Queue;
      logger: Logger;
      onFailed: (job: object, error: string) => void;
    },
  ) => { start: () => Promise<void>; stop: () => Promise<void> };
}

interface Queue {
  add: (type: string, data: unknown) => unknown;
  addMany: (type: string, data: readonly unknown[]) => unknown;
  countJobs: (which: { type: string; status: number }) => number;
  close: () => void;
}

type Logger = Record<'error' | 'warn' | 'info' | 'debug', () => void>;

/** Its default writes several lines a job to the console. */
const SILENT: Logger = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** Pending, processing, failed. 2 is done, which it keeps for a week. */
const NOT_DONE: readonly number[] = [0, 1, 3];

/** It sets WAL and synchronous=NORMAL itself; the driver is the one that honker runs on. */
export const openPlainjob: OpenQueue = async (path, name) => {
  const plainjob = await importPeer<Plainjob>('plainjob');
  const connection = plainjob.better(new Database(path));
  const queue = plainjob.defineQueue({ connection, logger: SILENT });
  return {
    enqueue: (payload) => queue.add(name, payload),
    enqueueMany: (payloads) => queue.addMany(name, payloads),
    work: async (handler, { concurrency, onError }) => {
      // A worker does one job after another, so several handlers at a time are several workers. They look
      // for jobs each second: that is its default, and its README names no other.
      const workers = Array.from({ length: concurrency }, () =>
        plainjob.defineWorker(name, (job) => handler(JSON.parse(job.data) as Payload), {
          queue,
          logger: SILENT,
          onFailed: (_, error) => onError(new Error(error)),
        }),
      );
      const ended = workers.map((worker) => worker.start().catch(onError));
      return {
        stop: async () => {
          await Promise.all(workers.map((worker) => worker.stop()));
          await Promise.all(ended);
        },
      };
    },
    countLeft: () =>
      NOT_DONE.reduce((total, status) => total + queue.countJobs({ type: name, status }), 0),
    close: () => queue.close(),
  };
};
