import type { Payload } from '../payload.js';

/**
 * One queue, of honker's or of a peer's, as the benchmarks use all of them. What a peer answers without a
 * promise is no promise here.
 */
export interface QueueClient {
  enqueue: (payload: Payload) => unknown;
  /** By the peer's own means of enqueueing many. */
  enqueueMany: (payloads: readonly Payload[]) => unknown;
  work: (handler: Handler, options: WorkOptions) => Promise<RunningWorker>;
  /** Jobs that have been enqueued and not done: waiting, being worked on, or failed. */
  countLeft: () => number | Promise<number>;
  close: () => unknown;
}

export type Handler = (payload: Payload) => Promise<void>;

export interface WorkOptions {
  /** How many handlers may run at a time. */
  concurrency: number;
  onError: (error: unknown) => void;
}

export interface RunningWorker {
  /** Resolves when what was handled has also been acked. */
  stop: () => Promise<void>;
}

/** Opens a queue, and makes what it needs if that doesn't exist. */
export type OpenQueue = (address: string, queue: string) => Promise<QueueClient>;
