import { requireInteger } from './arguments.js';
import { payloadOrText } from './payload.js';
import type { DeadRow } from './queries/dead-letters.js';
import { queries } from './queries/queries.js';
import { mapped } from './queries/query.js';
import type { Session } from './session.js';

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
  readonly #runNow: Session['runNow'];

  /** @internal Applications use `queue.dead`. */
  constructor(queue: string, runNow: Session['runNow']) {
    this.#queue = queue;
    this.#runNow = runNow;
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
    return this.#runNow('dead.list()', query);
  }

  /**
   * Puts a dead job back into its queue, to run now, its attempts starting at 0 again.
   *
   * @returns the id of the new job, or null if there is no such dead job.
   */
  requeue(id: number): number | null {
    requireInteger(id, 'id', 0);
    const query = mapped(queries.deadRequeue(id), (newId) => newId || null);
    return this.#runNow('dead.requeue()', query);
  }

  /**
   * Deletes dead jobs that died at least `olderThanS` seconds ago (0: all of them).
   *
   * @returns how many.
   */
  purge(options: { olderThanS?: number } = {}): number {
    const olderThanS = requireInteger(options.olderThanS ?? 0, 'olderThanS', 0);
    return this.#runNow('dead.purge()', queries.deadPurge(this.#queue, olderThanS));
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
