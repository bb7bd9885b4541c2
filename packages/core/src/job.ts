import { requireInteger } from './arguments.js';
import { describeError } from './errors.js';
import { type ClaimedRow, mapped, type Query, queries } from './queries.js';

/** Runs a job's own queries outside any transaction; `call` names the caller in errors. */
export type RunNow = <Result>(call: string, query: Query<Result>) => Result;

/**
 * A claimed job: a lease on it until `claimExpiresAt`. Its methods work while the lease is held, and
 * return false, having done nothing, when it was lost.
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

  readonly #runNow: RunNow;
  readonly #visibilityTimeoutS: number;
  #isSettled = false;

  /** @internal Jobs come from a queue. */
  constructor(row: ClaimedRow, payload: Payload, runNow: RunNow, visibilityTimeoutS: number) {
    this.id = row.id;
    this.queue = row.queue;
    this.payload = payload;
    this.workerId = row.worker_id;
    this.attempts = row.attempts;
    this.claimExpiresAt = row.claim_expires_at;
    this.#runNow = runNow;
    this.#visibilityTimeoutS = visibilityTimeoutS;
  }

  /** Whether ack(), retry() or fail() of this object has finished the job. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** The job is done: deletes it. */
  ack(): boolean {
    return this.#settle('job.ack()', queries.ack(this, this.workerId));
  }

  /**
   * Gives the job back, to be run again in `delayS` whole seconds; to dead, with `error` as its
   * `lastError`, when its attempts are used up.
   *
   * @throws {TypeError | RangeError} for a delay that is no whole number, or negative.
   */
  retry(delayS: number, error?: unknown): boolean {
    requireInteger(delayS, 'delayS', 0);
    return this.#settle('job.retry()', queries.retry(this, this.workerId, delayS, reason(error)));
  }

  /** Moves the job straight to dead, with `error` as its `lastError`. */
  fail(error?: unknown): boolean {
    return this.#settle('job.fail()', queries.fail(this, this.workerId, reason(error)));
  }

  /**
   * Extends the lease to `extendS` seconds from now; by default the queue's `visibilityTimeoutS`. A
   * lease that has expired can't be revived.
   *
   * @throws {TypeError | RangeError} for a number that is no whole one, or negative.
   */
  heartbeat(extendS: number = this.#visibilityTimeoutS): boolean {
    requireInteger(extendS, 'extendS', 0);
    return this.#runNow('job.heartbeat()', queries.heartbeat(this, this.workerId, extendS));
  }

  #settle(call: string, query: Query<boolean>): boolean {
    return this.#runNow(
      call,
      mapped(query, (done) => {
        if (done) this.#isSettled = true;
        return done;
      }),
    );
  }
}

function reason(error: unknown): string | null {
  if (error === undefined || error === null) return null;
  return typeof error === 'string' ? error : describeError(error);
}

/** The payload of a row, or why it isn't JSON: anybody may have written it. */
export function parsePayload(row: {
  payload: string;
}): { payload: unknown } | { malformed: string } {
  try {
    return { payload: JSON.parse(row.payload) };
  } catch (error) {
    return { malformed: `payload is not valid JSON: ${(error as Error).message}` };
  }
}
