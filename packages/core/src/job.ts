import { requireInteger } from './arguments.js';
import { LeaseLostError } from './errors.js';
import type { QueueMeter } from './metrics.js';
import type { ClaimedRow } from './queries/jobs.js';
import { queries } from './queries/queries.js';
import { mapped, type Query } from './queries/query.js';
import type { Session, TransactionHandle } from './session.js';
import { describeError } from './thrown.js';

/** Runs a job's own queries. */
export type JobSession = Pick<Session, 'runNow' | 'runInside'>;

/** What a job asks of its queue. */
export interface JobQueue {
  readonly visibilityTimeoutS: number;
  readonly meter: QueueMeter;
}

/**
 * A claimed job: a lease on it until `claimExpiresAt`. Its methods work while the lease is held, and
 * return false, having done nothing, when it was lost.
 *
 * @example
 * ```ts
 * const job = emails.claimOne('worker-1');
 * if (job) {
 *   console.log(job.id, job.payload.to, job.attempts);
 *   job.ack();
 * }
 * ```
 */
export class Job<Payload> {
  readonly id: number;
  readonly queue: string;
  readonly payload: Payload;
  /** The owner of the lease. */
  readonly workerId: string;
  /** How often the job has been claimed, this time included. */
  readonly attempts: number;
  /** Unix seconds; the lease as it was claimed, before any heartbeat. */
  readonly claimExpiresAt: number;

  readonly #session: JobSession;
  readonly #queue: JobQueue;
  #isSettled = false;
  #isAckedInside = false;

  /** @internal Jobs come from a queue. */
  constructor(row: ClaimedRow, payload: Payload, session: JobSession, queue: JobQueue) {
    this.id = row.id;
    this.queue = row.queue;
    this.payload = payload;
    this.workerId = row.worker_id;
    this.attempts = row.attempts;
    this.claimExpiresAt = row.claim_expires_at;
    this.#session = session;
    this.#queue = queue;
  }

  /** @internal instanceof takes a tenth of the time in which a row becomes a job; this takes none. */
  static is<Payload>(made: Job<Payload> | Error): made is Job<Payload> {
    return #isSettled in made;
  }

  /**
   * Whether ack(), retry() or fail() of this object has finished the job. Not ackTx(): that is for its
   * transaction to decide.
   */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** @internal ackTx() was called, so the job is gone if, and only if, the transaction has committed. */
  get isAckedInside(): boolean {
    return this.#isAckedInside;
  }

  /** The job is done: deletes it. */
  ack(): boolean {
    const { meter } = this.#queue;
    return this.#settle('job.ack()', queries.ack(this, this.workerId), () => meter.acked(this));
  }

  /**
   * The job is done when, and only when, an open transaction commits: what the transaction has written for the
   * job is then there once, although a job may run twice. After a rollback the job is as it was before, and
   * what becomes of it is decided as ever: by a worker when the handler returns or throws, or by ack(), retry()
   * or fail().
   *
   * @throws {LeaseLostError} when the lease was lost: somebody else may have done the work. Not caught, it
   *   rolls the transaction back.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * const worker = emails.work((job) => {
   *   db.transaction((tx) => {
   *     tx.execute('INSERT INTO orders (item) VALUES (?)', [job.payload.to]);
   *     job.ackTx(tx);
   *   });
   * });
   * ```
   */
  ackTx(tx: TransactionHandle): void {
    const query = mapped(queries.ack(this, this.workerId), (isHeld) => {
      if (!isHeld) throw new LeaseLostError(this.id);
      this.#isAckedInside = true;
      this.#queue.meter.acked(this);
    });
    return this.#session.runInside('job.ackTx()', tx, query);
  }

  /**
   * Gives the job back, to be run again in `delayS` whole seconds, counted from the beginning of the clock's
   * second; to dead, with `error` as its `lastError`, when its attempts are used up.
   *
   * @throws {TypeError | RangeError} for a delay that is no whole number, or negative.
   */
  retry(delayS: number, error?: unknown): boolean {
    requireInteger(delayS, 'delayS', 0);
    const query = queries.retry(this, this.workerId, delayS, reason(error));
    const { meter } = this.#queue;
    return this.#settle('job.retry()', query, () => meter.retried(this, delayS, error));
  }

  /** Moves the job straight to dead, with `error` as its `lastError`. */
  fail(error?: unknown): boolean {
    const query = queries.fail(this, this.workerId, reason(error));
    const { meter } = this.#queue;
    return this.#settle('job.fail()', query, () => meter.buried(this, error));
  }

  /**
   * Extends the lease to `extendS` seconds from now; by default the queue's `visibilityTimeoutS`. A
   * lease that has expired can't be revived.
   *
   * @throws {TypeError | RangeError} for a number that is no whole one, or negative.
   */
  heartbeat(extendS: number = this.#queue.visibilityTimeoutS): boolean {
    requireInteger(extendS, 'extendS', 0);
    return this.#session.runNow('job.heartbeat()', queries.heartbeat(this, this.workerId, extendS));
  }

  #settle(call: string, query: Query<boolean>, count: () => void): boolean {
    return this.#session.runNow(
      call,
      mapped(query, (done) => {
        if (done) count();
        else this.#queue.meter.lost(this);
        this.#isSettled ||= done;
        return done;
      }),
    );
  }
}

/**
 * A job that went to dead, as a worker tells of it.
 *
 * @example
 * ```ts
 * import type { BuriedJob } from '@honker/core';
 *
 * const report = ({ id, payload }: BuriedJob<Email>) => console.error(id, 'to', payload?.to ?? 'nobody');
 * const worker = emails.work((job) => console.log('to', job.payload.to));
 * worker.on('dead', report);
 * ```
 */
export interface BuriedJob<Payload> {
  readonly id: number;
  readonly queue: string;
  readonly attempts: number;
  /** What the handler got; missing where no handler was called, since the payload is malformed. */
  readonly payload?: Payload;
}

function reason(error: unknown): string | null {
  if (error === undefined || error === null) return null;
  return typeof error === 'string' ? error : describeError(error);
}
