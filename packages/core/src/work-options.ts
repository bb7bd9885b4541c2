import type { AttemptTimeout } from './attempt-timeouts.js';
import type { Job } from './job.js';
import type { Backoff } from './settlement.js';

/**
 * What a worker may be told when it is made.
 *
 * @example
 * ```ts
 * emails.work((job) => console.log('to', job.payload.to), {
 *   concurrency: 10,
 *   timeoutS: 30,
 *   backoff: (attempts) => 60 * attempts,
 * });
 * ```
 */
export interface WorkOptions<Payload = unknown> {
  /** How many jobs run at a time. Default 1. `worker.concurrency` changes it later. */
  concurrency?: number;
  /** How many more jobs are claimed ahead of the free slots. Default 0. */
  prefetch?: number;
  /**
   * After a failed attempt, how many whole seconds to wait for the next. Default: exponential with
   * jitter, from 1–2 s after the first attempt to at most an hour.
   */
  backoff?: Backoff;
  /**
   * How long an attempt may take, in whole seconds; a function is asked for each attempt, and may answer
   * undefined. Then its signal fires with a TimeoutError, the attempt has failed, and its slot is free for
   * another job, whatever the handler does. An attempt for which the function throws, or answers something
   * else, fails without a start. Default: as long as it takes.
   */
  timeoutS?: AttemptTimeout<Job<Payload>>;
}

/**
 * The options of `worker.stop()`.
 *
 * @example
 * ```ts
 * const worker = emails.work((job) => console.log('to', job.payload.to));
 * await worker.stop({ timeoutMs: 10_000 });
 * ```
 */
export interface StopOptions {
  /** How long running handlers may take to finish, in milliseconds. Default 30,000. */
  timeoutMs?: number;
}

/** @internal For what is made of workers in this package. */
export interface WorkerInternals {
  /** Begins the worker's id, so that the database tells who holds a job. */
  idPrefix?: string;
  /** The worker has ended: it was stopped, its database was closed (no error), or replaced. */
  onEnd?: (error: Error | undefined) => void;
}
