import { fromJson, fromJsonOrEmpty, query, toBoolean, toNumber } from './query.js';

/** A claimed job, as `honker_claim_batch` returns it. */
export interface ClaimedRow {
  id: number;
  queue: string;
  payload: string;
  worker_id: string;
  attempts: number;
  claim_expires_at: number;
}

/** A row of `_honker_live`. */
export interface JobRow {
  id: number;
  queue: string;
  payload: string;
  state: 'pending' | 'processing';
  priority: number;
  run_at: number;
  worker_id: string | null;
  claim_expires_at: number | null;
  attempts: number;
  max_attempts: number;
  created_at: number;
  expires_at: number | null;
}

/** An element of `honker_queue_stats`. */
export interface StatsRow {
  queue: string;
  ready: number;
  scheduled: number;
  processing: number;
  dead: number;
  oldest_ready_s: number | null;
}

/** When and how a job runs, as the SQL functions take it. */
export interface JobColumns {
  runAt: number | null;
  delayS: number | null;
  priority: number;
  maxAttempts: number;
  expiresS: number | null;
}

/** Where a page of jobs that wait begins: behind this one; all null: at the first. */
export interface PendingPlace {
  readonly priority: number | null;
  readonly runAt: number | null;
  readonly id: number | null;
}

/** Where a page of claimed jobs begins. */
export interface ProcessingPlace {
  readonly claimExpiresAt: number | null;
  readonly id: number | null;
}

/** One claim that a worker holds. */
export interface Claim {
  readonly id: number;
  readonly attempts: number;
}

const flatten = (claims: readonly Claim[]): string =>
  `[${claims.map((claim) => `${claim.id},${claim.attempts}`).join()}]`;

/** Jobs, from their enqueueing to their end, and the queues they are in. */
export const jobQueries = {
  enqueue: (queue: string, payload: string, job: JobColumns) =>
    query(
      'SELECT honker_enqueue(?, ?, ?, ?, ?, ?, ?)',
      [queue, payload, job.runAt, job.delayS, job.priority, job.maxAttempts, job.expiresS],
      toNumber,
    ),

  enqueueBatch: (queue: string, payloads: string, job: JobColumns) =>
    query<number[]>(
      'SELECT honker_enqueue_batch(?, ?, ?, ?, ?, ?, ?)',
      [queue, payloads, job.runAt, job.delayS, job.priority, job.maxAttempts, job.expiresS],
      fromJson,
    ),

  claimBatch: (queue: string, workerId: string, count: number, timeoutS: number) =>
    query<ClaimedRow[]>(
      'SELECT honker_claim_batch(?, ?, ?, ?)',
      [queue, workerId, count, timeoutS],
      fromJson,
    ),

  nextClaimAt: (queue: string) => query('SELECT honker_queue_next_claim_at(?)', [queue], toNumber),

  ack: (claim: Claim, workerId: string) =>
    query('SELECT honker_ack(?, ?, ?)', [claim.id, workerId, claim.attempts], toBoolean),

  ackBatch: (ids: readonly number[], workerId: string) =>
    query('SELECT honker_ack_batch(?, ?)', [`[${ids.join()}]`, workerId], toNumber),

  /** The result is the ids of those that are not held any more. */
  ackClaims: (claims: readonly Claim[], workerId: string) =>
    query<number[]>('SELECT honker_ack_claims(?, ?)', [flatten(claims), workerId], fromJson),

  /** The result is the ids of those that are not held any more. */
  heartbeatClaims: (claims: readonly Claim[], workerId: string, extendS: number) =>
    query<number[]>(
      'SELECT honker_heartbeat_claims(?, ?, ?)',
      [flatten(claims), workerId, extendS],
      fromJson,
    ),

  /** The result is the ids of those that are not held any more. */
  releaseClaims: (claims: readonly Claim[], workerId: string) =>
    query<number[]>('SELECT honker_release_claims(?, ?)', [flatten(claims), workerId], fromJson),

  retry: (claim: Claim, workerId: string, delayS: number, error: string | null) =>
    query(
      'SELECT honker_retry(?, ?, ?, ?, ?)',
      [claim.id, workerId, delayS, error, claim.attempts],
      toBoolean,
    ),

  fail: (claim: Claim, workerId: string, error: string | null) =>
    query('SELECT honker_fail(?, ?, ?, ?)', [claim.id, workerId, error, claim.attempts], toBoolean),

  heartbeat: (claim: Claim, workerId: string, extendS: number) =>
    query(
      'SELECT honker_heartbeat(?, ?, ?, ?)',
      [claim.id, workerId, extendS, claim.attempts],
      toBoolean,
    ),

  cancel: (id: number) => query('SELECT honker_cancel(?)', [id], toBoolean),

  /** false for a job of another queue, too. */
  cancelIn: (queue: string, id: number) =>
    query(
      "SELECT CASE WHEN json_extract(NULLIF(honker_get_job(?), ''), '$.queue') = ? THEN honker_cancel(?) ELSE 0 END",
      [id, queue, id],
      toBoolean,
    ),

  getJob: (id: number) => query<JobRow | null>('SELECT honker_get_job(?)', [id], fromJsonOrEmpty),

  sweepExpired: (queue: string) => query('SELECT honker_sweep_expired(?)', [queue], toNumber),

  pendingList: (queue: string, after: PendingPlace, limit: number) =>
    query<JobRow[]>(
      'SELECT honker_pending_list(?, ?, ?, ?, ?)',
      [queue, after.priority, after.runAt, after.id, limit],
      fromJson,
    ),

  processingList: (queue: string, after: ProcessingPlace, limit: number) =>
    query<JobRow[]>(
      'SELECT honker_processing_list(?, ?, ?, ?)',
      [queue, after.claimExpiresAt, after.id, limit],
      fromJson,
    ),

  /** null: of every queue that has a job. */
  queueStats: (queue: string | null) =>
    query<StatsRow[]>('SELECT honker_queue_stats(?)', [queue], fromJson),
};
