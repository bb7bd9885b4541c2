import { requireInteger } from './arguments.js';
import { payloadOrText } from './payload.js';
import type { DeadRow } from './queries/dead-letters.js';
import { queries } from './queries/queries.js';
import { mapped, type Query } from './queries/query.js';
import type { Session, TransactionHandle } from './session.js';

/**
 * A job that will not run again unless it is requeued.
 *
 * @example
 * ```ts
 * import type { DeadJob } from '@honker/core';
 *
 * function report({ id, payload, attempts, lastError }: DeadJob<Email>): string {
 *   return `job ${id} to ${payload.to} failed ${attempts} times: ${lastError}`;
 * }
 * console.log(emails.dead.list().map(report));
 * ```
 */
export interface DeadJob<Payload> {
  id: number;
  queue: string;
  /** The text itself where somebody wrote a row that isn't JSON. */
  payload: Payload;
  priority: number;
  /** Unix seconds. */
  runAt: number;
  attempts: number;
  maxAttempts: number;
  /** Why: `max attempts exceeded`, `expired`, or what the last attempt failed with. */
  lastError: string | null;
  /** Unix seconds. */
  createdAt: number;
  /** Unix seconds. */
  diedAt: number;
}

/** The dead letters of one queue: `queue.dead`. */
export class DeadLetters<Payload> {
  readonly #queue: string;
  readonly #db: Session;

  /** @internal Applications use `queue.dead`. */
  constructor(queue: string, db: Session) {
    this.#queue = queue;
    this.#db = db;
  }

  /**
   * Dead jobs by id, from the first after `afterId`, at most `limit` (100).
   *
   * @example
   * ```ts
   * for (const job of emails.dead.list()) console.log(job.id, job.lastError);
   * ```
   */
  list(options: { afterId?: number; limit?: number } = {}): DeadJob<Payload>[] {
    const limit = requireInteger(options.limit ?? 100, 'limit', 0);
    const afterId =
      options.afterId === undefined ? null : requireInteger(options.afterId, 'afterId', 0);
    const query = mapped(queries.deadList(this.#queue, afterId, limit), (rows) =>
      rows.map((row) => toDeadJob<Payload>(row)),
    );
    return this.#db.runNow('dead.list()', query);
  }

  /**
   * Puts a dead job back into its queue, to run now, its attempts starting at 0 again.
   *
   * @returns the id of the new job, or null if there is no such dead job in this queue.
   */
  requeue(id: number): number | null {
    return this.#db.runNow('dead.requeue()', this.#requeueQuery(id));
  }

  /**
   * The same inside an open transaction: what mends the rows that the job failed over, and the job, commit
   * together.
   *
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * const failed = emails.dead.list();
   * db.transaction((tx) => {
   *   tx.execute('UPDATE users SET email = ? WHERE email = ?', ['alice@example.com', 'alice@example']);
   *   for (const { id } of failed) emails.dead.requeueTx(tx, id);
   * });
   * ```
   */
  requeueTx(tx: TransactionHandle, id: number): number | null {
    return this.#db.runInside('dead.requeueTx()', tx, this.#requeueQuery(id));
  }

  #requeueQuery(id: number): Query<number | null> {
    const query = queries.deadRequeueIn(this.#queue, requireInteger(id, 'id', 0));
    return mapped(query, (newId) => newId || null);
  }

  /**
   * Deletes dead jobs that died at least `olderThanS` seconds ago (0: all of them).
   *
   * @returns how many.
   */
  purge(options: { olderThanS?: number } = {}): number {
    const olderThanS = requireInteger(options.olderThanS ?? 0, 'olderThanS', 0);
    return this.#db.runNow('dead.purge()', queries.deadPurge(this.#queue, olderThanS));
  }
}

function toDeadJob<Payload>(row: DeadRow): DeadJob<Payload> {
  return {
    id: row.id,
    queue: row.queue,
    payload: payloadOrText(row) as Payload,
    priority: row.priority,
    runAt: row.run_at,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    lastError: row.last_error,
    createdAt: row.created_at,
    diedAt: row.died_at,
  };
}
