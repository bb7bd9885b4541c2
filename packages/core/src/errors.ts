/**
 * The base of honker's own errors. `code` is stable; the message is for people.
 *
 * @example
 * ```ts
 * import { HonkerError } from '@honker/core';
 *
 * try {
 *   db.transaction(() => emails.enqueue({ to: 'alice@example.com' }));
 * } catch (error) {
 *   if (error instanceof HonkerError) console.log(error.code); // => HONKER_TRANSACTION_OPEN
 * }
 * ```
 */
export class HonkerError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * A call outside a transaction would have joined the one that is open on the same connection, or would
 * have waited for its end in vain.
 *
 * @example
 * ```ts
 * import { TransactionOpenError } from '@honker/core';
 *
 * db.transaction((tx) => {
 *   try {
 *     emails.enqueue({ to: 'alice@example.com' });
 *   } catch (error) {
 *     if (error instanceof TransactionOpenError) emails.enqueueTx(tx, { to: 'alice@example.com' });
 *   }
 * });
 * ```
 */
export class TransactionOpenError extends HonkerError {
  constructor(call: string, remedy: string) {
    super(
      'HONKER_TRANSACTION_OPEN',
      `${call} was called while a transaction is open on the same connection, but was not handed it. ${remedy}`,
    );
  }
}

/**
 * A transaction was used after its end, or was given to another database.
 *
 * @example
 * ```ts
 * import { TransactionUnusableError } from '@honker/core';
 *
 * const tx = db.transaction();
 * tx.commit();
 * try {
 *   emails.enqueueTx(tx, { to: 'alice@example.com' });
 * } catch (error) {
 *   if (error instanceof TransactionUnusableError) console.log('too late'); // => too late
 * }
 * ```
 */
export class TransactionUnusableError extends HonkerError {
  constructor(message: string) {
    super('HONKER_TRANSACTION_UNUSABLE', message);
  }
}

/**
 * Why the signal of a handler fires when its job's lease was lost: somebody else may run the job now.
 *
 * @example
 * ```ts
 * import { LeaseLostError } from '@honker/core';
 *
 * emails.work((job, { signal }) => {
 *   signal.addEventListener('abort', () => {
 *     if (signal.reason instanceof LeaseLostError) console.log(`job ${job.id} is somebody else's now`);
 *   });
 * });
 * ```
 */
export class LeaseLostError extends HonkerError {
  constructor(jobId: number) {
    super(
      'HONKER_LEASE_LOST',
      `the lease of job ${jobId} was lost: it wasn't extended in time (is the event loop blocked for longer than ` +
        'visibilityTimeoutS?), or the job was cancelled',
    );
  }
}

/**
 * What a worker's `error` event tells when a handler (or other code beside it) kept the event loop for
 * longer than the lease of its job: nothing could extend the lease, so the job may be run twice.
 *
 * @example
 * ```ts
 * import { EventLoopBlockedError } from '@honker/core';
 *
 * const worker = emails.work((job) => console.log('to', job.payload.to));
 * worker.on('error', (error) => {
 *   if (error instanceof EventLoopBlockedError) console.error(error.jobIds, error.blockedMs);
 * });
 * ```
 */
export class EventLoopBlockedError extends HonkerError {
  /** For how long, at least, in milliseconds. */
  readonly blockedMs: number;
  /** The job whose handler ran, or all of them if it isn't known which blocked. */
  readonly jobIds: readonly number[];

  constructor(blockedMs: number, jobIds: readonly number[], visibilityTimeoutS: number) {
    super(
      'HONKER_EVENT_LOOP_BLOCKED',
      `the event loop was blocked for at least ${(blockedMs / 1000).toFixed(1)} s while ${describeJobs(jobIds)} ` +
        `ran. The lease is ${visibilityTimeoutS} s (visibilityTimeoutS), and could not be ` +
        'extended, so somebody else may have run the job, too. Move long computations to a worker thread, await ' +
        'something between their parts, or choose a longer visibilityTimeoutS',
    );
    this.blockedMs = blockedMs;
    this.jobIds = jobIds;
  }
}

/**
 * Why the signal of `db.withLock()` fires when the lock was lost while it was held: it was not renewed
 * in time, or somebody took it away, so it may be somebody else's now.
 *
 * @example
 * ```ts
 * import { LockLostError } from '@honker/core';
 *
 * await db.withLock('report', { ttlS: 60 }, (signal) => {
 *   if (signal.reason instanceof LockLostError) throw signal.reason;
 * });
 * ```
 */
export class LockLostError extends HonkerError {
  constructor(name: string, options?: ErrorOptions) {
    super(
      'HONKER_LOCK_LOST',
      `the lock ${JSON.stringify(name)} was lost: it wasn't renewed in time (is the event loop blocked for longer ` +
        'than ttlS?), or it was released by somebody else',
      options,
    );
  }
}

/**
 * It took longer than it was given: a wait, or an attempt of a job (then it is its signal's reason, too).
 *
 * @example
 * ```ts
 * import { TimeoutError } from '@honker/core';
 *
 * try {
 *   await emails.waitResult(emails.enqueue({ to: 'alice@example.com' }), { timeoutMs: 10 });
 * } catch (error) {
 *   if (error instanceof TimeoutError) console.log('later'); // => later
 * }
 * ```
 */
export class TimeoutError extends HonkerError {
  constructor(message: string) {
    super('HONKER_TIMEOUT', message);
  }
}

/**
 * Whoever waits for the result of a job waits in vain: the job is gone, and there is none.
 *
 * @example
 * ```ts
 * import { NoResultError } from '@honker/core';
 *
 * const id = emails.enqueue({ to: 'alice@example.com' });
 * emails.cancel(id);
 * try {
 *   await emails.waitResult(id);
 * } catch (error) {
 *   if (error instanceof NoResultError) console.log(error.lastError); // => null
 * }
 * ```
 */
export class NoResultError extends HonkerError {
  readonly jobId: number;
  /** What the job failed with, if it is among the dead ones. */
  readonly lastError: string | null;

  constructor(jobId: number, lastError: string | null) {
    super(
      'HONKER_NO_RESULT',
      lastError === null
        ? `job ${jobId} is gone, and has no result: it was handled without one, cancelled, or its result has expired`
        : `job ${jobId} has no result: it failed with ${lastError}`,
    );
    this.jobId = jobId;
    this.lastError = lastError;
  }
}

/**
 * The database, or the worker, was closed.
 *
 * @example
 * ```ts
 * import { ClosedError } from '@honker/core';
 *
 * db.close();
 * try {
 *   emails.enqueue({ to: 'alice@example.com' });
 * } catch (error) {
 *   if (error instanceof ClosedError) console.log(error.message); // => the database is closed
 * }
 * ```
 */
export class ClosedError extends HonkerError {
  constructor(what: string) {
    super('HONKER_CLOSED', `${what} is closed`);
  }
}

/**
 * The file behind an open database was deleted or replaced: nothing written from now on would be kept.
 *
 * @example
 * ```ts
 * import { DatabaseReplacedError } from '@honker/core';
 *
 * const worker = emails.work((job) => console.log('to', job.payload.to));
 * worker.on('error', (error) => {
 *   if (error instanceof DatabaseReplacedError) process.exit(1); // to be started anew
 * });
 * ```
 */
export class DatabaseReplacedError extends HonkerError {
  constructor(path: string) {
    super(
      'HONKER_DATABASE_REPLACED',
      `${path} was deleted or replaced while it was open: close the database and open it again`,
    );
  }
}

function describeJobs(ids: readonly number[]): string {
  const named = ids.slice(0, 10).join(', ');
  const others = ids.length > 10 ? ` and ${ids.length - 10} others` : '';
  return `${ids.length === 1 ? 'job' : 'jobs'} ${named}${others}`;
}
