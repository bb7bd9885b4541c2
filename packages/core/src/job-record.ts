import { requireInteger } from './arguments.js';
import { payloadOrText } from './payload.js';
import type { JobRow } from './queries/jobs.js';
import { queries } from './queries/queries.js';
import { mapped, type Query } from './queries/query.js';

/**
 * A job as it stands in the database.
 *
 * @example
 * ```ts
 * const id = emails.enqueue({ to: 'alice@example.com' }, { delay: 60 });
 * const record = emails.getJob(id);
 * console.log(record?.state, record?.attempts); // => pending 0
 * ```
 */
export interface JobRecord<Payload> {
  id: number;
  queue: string;
  /** The text itself where somebody wrote a row that isn't JSON. */
  payload: Payload;
  state: 'pending' | 'processing';
  priority: number;
  /** Unix seconds, as all times here. */
  runAt: number;
  workerId: string | null;
  claimExpiresAt: number | null;
  attempts: number;
  maxAttempts: number;
  createdAt: number;
  expiresAt: number | null;
}

/**
 * Which jobs `queue.jobs()` lists.
 *
 * @example
 * ```ts
 * for (const { id, runAt } of emails.jobs({ state: 'pending', limit: 10 })) console.log(id, runAt);
 * ```
 */
export interface JobsOptions {
  state: JobRecord<unknown>['state'];
  /** Begins behind this one, which may be gone by now: the last of the page before. Default: at the first. */
  after?: Pick<JobRecord<unknown>, 'id' | 'priority' | 'runAt' | 'claimExpiresAt'> | undefined;
  /** Default 100. */
  limit?: number;
}

export function jobsQuery<Payload>(
  queue: string,
  { state, after, limit = 100 }: JobsOptions,
): Query<JobRecord<Payload>[]> {
  requireInteger(limit, 'limit', 0);
  return mapped(listQuery(queue, state, after, limit), (rows) =>
    rows.map((row) => toRecord<Payload>(row)),
  );
}

function listQuery(
  queue: string,
  state: JobsOptions['state'],
  after: JobsOptions['after'],
  limit: number,
): Query<JobRow[]> {
  const id = placeOf(after?.id, 'after.id');
  if (state === 'pending') {
    const priority = placeOf(after?.priority, 'after.priority');
    const runAt = placeOf(after?.runAt, 'after.runAt');
    return queries.pendingList(queue, { priority, runAt, id }, limit);
  }
  if (state === 'processing') {
    const claimExpiresAt = placeOf(after?.claimExpiresAt, 'after.claimExpiresAt');
    return queries.processingList(queue, { claimExpiresAt, id }, limit);
  }
  throw new TypeError(`state must be 'pending' or 'processing', not ${JSON.stringify(state)}`);
}

function placeOf(value: number | null | undefined, name: string): number | null {
  if (value === undefined || value === null) return null;
  return requireInteger(value, name, Number.MIN_SAFE_INTEGER);
}

export function toRecord<Payload>(row: JobRow): JobRecord<Payload> {
  return {
    id: row.id,
    queue: row.queue,
    payload: payloadOrText(row) as Payload,
    state: row.state,
    priority: row.priority,
    runAt: row.run_at,
    workerId: row.worker_id,
    claimExpiresAt: row.claim_expires_at,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
