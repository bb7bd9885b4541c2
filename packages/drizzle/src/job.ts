import type { Job } from '@honker/core';
import { whenAnswered } from './answer.js';
import type { DrizzleHandle } from './handle.js';
import type { Handles } from './handles.js';

/**
 * A claimed job: core's `Job`, whose `ack()` takes a transaction, too. Its methods work while the lease is held,
 * and return false, having done nothing, when it was lost.
 */
export class DrizzleJob<Payload> {
  readonly id: number;
  readonly queue: string;
  readonly payload: Payload;
  /** The owner of the lease. */
  readonly workerId: string;
  /** How often the job has been claimed, this time included. */
  readonly attempts: number;
  /** Unix seconds; the lease as it was claimed, before any heartbeat. */
  readonly claimExpiresAt: number;
  readonly #job: Job<Payload>;
  readonly #handles: Handles;

  /** @internal Jobs come from a queue. */
  constructor(job: Job<Payload>, handles: Handles) {
    this.id = job.id;
    this.queue = job.queue;
    this.payload = job.payload;
    this.workerId = job.workerId;
    this.attempts = job.attempts;
    this.claimExpiresAt = job.claimExpiresAt;
    this.#job = job;
    this.#handles = handles;
  }

  /**
   * Whether ack(), retry() or fail() of this object has finished the job. Not ack(tx): that is for its transaction
   * to decide.
   */
  get isSettled(): boolean {
    return this.#job.isSettled;
  }

  /**
   * The job is done: deletes it. Given a transaction, when and only when that commits: what the transaction has
   * written for the job is then there once, although a job may run twice. After a rollback the job is as it was
   * before, and what becomes of it is decided as ever, when the handler returns or throws.
   *
   * @throws {LeaseLostError} inside a transaction, when the lease was lost: somebody else may have done the work.
   *   Not caught, it rolls the transaction back.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * emails.work((job) => {
   *   db.transaction((tx) => {
   *     tx.insert(confirmations).values({ orderId: job.payload.orderId }).run();
   *     job.ack(tx);
   *   });
   * });
   * ```
   */
  ack(handle?: DrizzleHandle): boolean {
    if (handle === undefined) this.#handles.requireOutside('job.ack()');
    const tx = handle === undefined ? undefined : this.#handles.resolve(handle, 'job.ack()');
    if (tx === undefined) return this.#job.ack();
    return whenAnswered(this.#job.ackTx(tx), () => true);
  }

  /**
   * Gives the job back, to be run again in `delayS` whole seconds; to dead, with `error` as its
   * `lastError`, when its attempts are used up.
   *
   * @throws {TypeError | RangeError} for a delay that is no whole number, or negative.
   */
  retry(delayS: number, error?: unknown): boolean {
    return this.#job.retry(delayS, error);
  }

  /** Moves the job straight to dead, with `error` as its `lastError`. */
  fail(error?: unknown): boolean {
    return this.#job.fail(error);
  }

  /**
   * Extends the lease to `extendS` seconds from now; by default the queue's `visibilityTimeoutS`. A
   * lease that has expired can't be revived.
   *
   * @throws {TypeError | RangeError} for a number that is no whole one, or negative.
   */
  heartbeat(extendS?: number): boolean {
    return this.#job.heartbeat(extendS);
  }
}
