/** From the producer to the demo. */
export type ProducerMessage =
  /** So many orders are committed, since the start. */
  | { type: 'imported'; count: number }
  /** The backlog is gone: from now on orders come one by one. */
  | { type: 'caught-up' }
  /** Every order is committed and no job is left. */
  | { type: 'done' };

/** From a worker to the demo. */
export type WorkerMessage =
  | { type: 'ready' }
  /** So many confirmations were written since the last message. */
  | { type: 'written'; count: number };

/** From the demo to either: finish what is running, close the files and leave. */
export const STOP = 'stop';
