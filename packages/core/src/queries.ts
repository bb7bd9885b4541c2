/**
 * Every SQL function of honker as data: the text, the parameters, and what its one value means.
 * Whoever has a connection runs it. No other module of core holds SQL of honker's.
 */

/**
 * A statement of one row and one column.
 *
 * @example
 * ```ts
 * import { queries } from '@honker/core/adapter';
 *
 * const { sql, parameters, decode } = queries.cancel(42);
 * console.log(sql, parameters, decode(1)); // => SELECT honker_cancel(?) [ 42 ] true
 * ```
 */
export interface Query<Result = unknown> {
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
  /** What the driver returned, as the result's type. */
  readonly decode: (value: unknown) => Result;
}

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

/** A row of `_honker_dead`. */
export interface DeadRow {
  id: number;
  queue: string;
  payload: string;
  priority: number;
  run_at: number;
  attempts: number;
  max_attempts: number;
  last_error: string | null;
  created_at: number;
  died_at: number;
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

/** An element of `honker_stream_read_since`. */
export interface EventRow {
  offset: number;
  topic: string;
  key: string | null;
  payload: string;
  created_at: number;
}

/** An element of `honker_stream_stats`. */
export interface StreamStatsRow {
  topic: string;
  events: number;
  first_offset: number | null;
  last_offset: number | null;
  consumers: { name: string; offset: number; lag: number }[];
}

/** An element of `honker_notifications_since`. */
export interface NotificationRow {
  id: number;
  channel: string;
  payload: string;
  created_at: number;
}

/** A row of `_honker_scheduler_tasks`. */
export interface ScheduleRow {
  name: string;
  queue: string;
  cron_expr: string;
  payload: string;
  priority: number;
  expires_s: number | null;
  next_fire_at: number;
  enabled: boolean;
  max_attempts: number;
}

/** A boundary that a tick has met. */
export interface FiredRow {
  name: string;
  queue: string;
  fire_at: number;
  job_id: number;
}

/** A lock that is held. */
export interface LockRow {
  name: string;
  owner: string;
  expires_at: number;
}

/** What may be changed of a schedule; undefined leaves a field alone. */
export interface ScheduleChanges {
  schedule: string | undefined;
  payload: string | undefined;
  priority: number | undefined;
  /** null: never. */
  expiresS: number | null | undefined;
  maxAttempts: number | undefined;
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

// Ids arrive as bigint where the application has made that its connection's default.
const toNumber = (value: unknown): number => Number(value);
const toBoolean = (value: unknown): boolean => Number(value) === 1;
const toText = (value: unknown): string => String(value);
// An empty list is what most acks and idle claims answer.
const fromJson = (value: unknown): never =>
  (value === '[]' ? [] : JSON.parse(String(value))) as never;
const fromJsonOrEmpty = (value: unknown): never =>
  (value === '' ? null : JSON.parse(String(value))) as never;

function query<Result>(
  sql: string,
  parameters: Query['parameters'],
  decode: (value: unknown) => Result,
): Query<Result> {
  return { sql, parameters, decode };
}

/** The query with its result made into something else, as soon as that is there. */
export function mapped<From, To>(
  { sql, parameters, decode }: Query<From>,
  map: (result: From) => To,
): Query<To> {
  return query(sql, parameters, (value) => map(decode(value)));
}

/** The one row of an answer that has one. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('honker returned nothing for one name');
  return row;
}

const flatten = (claims: readonly Claim[]): string =>
  `[${claims.map((claim) => `${claim.id},${claim.attempts}`).join()}]`;

/**
 * honker's SQL functions, by what they do.
 *
 * @example
 * ```ts
 * import { queries } from '@honker/core/adapter';
 *
 * console.log(queries.releaseLock('report', 'process-1').sql); // => SELECT honker_lock_release(?, ?)
 * ```
 */
export const queries = {
  version: () => query('SELECT honker_version()', [], toText),

  bootstrap: () => query('SELECT honker_bootstrap()', [], toNumber),

  busyTimeout: (ms: number) => query('SELECT honker_busy_timeout(?)', [ms], toNumber),

  /** null: no limit any more. */
  busyLimit: (ms: number | null) => query('SELECT honker_busy_limit(?)', [ms], toNumber),

  autoLoad: () => query('SELECT honker_auto_load()', [], toNumber),

  /** In whole seconds, for tests. */
  shiftClock: (seconds: number) => query('SELECT honker_clock_shift(?)', [seconds], toNumber),

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

  getJob: (id: number) => query<JobRow | null>('SELECT honker_get_job(?)', [id], fromJsonOrEmpty),

  sweepExpired: (queue: string) => query('SELECT honker_sweep_expired(?)', [queue], toNumber),

  deadList: (queue: string, afterId: number | null, limit: number) =>
    query<DeadRow[]>('SELECT honker_dead_list(?, ?, ?)', [queue, afterId, limit], fromJson),

  deadRequeue: (id: number) => query('SELECT honker_dead_requeue(?)', [id], toNumber),

  deadPurge: (queue: string, olderThanS: number) =>
    query('SELECT honker_dead_purge(?, ?)', [queue, olderThanS], toNumber),

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

  publish: (topic: string, key: string | null, payload: string) =>
    query('SELECT honker_stream_publish(?, ?, ?)', [topic, key, payload], toNumber),

  publishBatch: (topic: string, key: string | null, payloads: string) =>
    query<number[]>(
      'SELECT honker_stream_publish_batch(?, ?, ?)',
      [topic, key, payloads],
      fromJson,
    ),

  readSince: (topic: string, offset: number, limit: number) =>
    query<EventRow[]>('SELECT honker_stream_read_since(?, ?, ?)', [topic, offset, limit], fromJson),

  saveOffset: (consumer: string, topic: string, offset: number) =>
    query('SELECT honker_stream_save_offset(?, ?, ?)', [consumer, topic, offset], toBoolean),

  getOffset: (consumer: string, topic: string) =>
    query('SELECT honker_stream_get_offset(?, ?)', [consumer, topic], toNumber),

  trimStream: (topic: string, beforeOffset: number) =>
    query('SELECT honker_stream_trim(?, ?)', [topic, beforeOffset], toNumber),

  lastOffset: (topic: string) => query('SELECT honker_stream_last(?)', [topic], toNumber),

  /** null: of every topic that has an event or a consumer. */
  streamStats: (topic: string | null) =>
    query<StreamStatsRow[]>('SELECT honker_stream_stats(?)', [topic], fromJson),

  notify: (channel: string, payload: string) =>
    query('SELECT notify(?, ?)', [channel, payload], toNumber),

  lastNotification: () => query('SELECT honker_notifications_last()', [], toNumber),

  notificationsSince: (afterId: number, limit: number) =>
    query<NotificationRow[]>('SELECT honker_notifications_since(?, ?)', [afterId, limit], fromJson),

  pruneNotifications: (olderThanS: number | null, maxKeep: number | null) =>
    query('SELECT honker_notifications_prune(?, ?)', [olderThanS, maxKeep], toNumber),

  addSchedule: (
    name: string,
    queue: string,
    schedule: string,
    payload: string,
    priority: number,
    expiresS: number | null,
    maxAttempts: number,
  ) =>
    query(
      'SELECT honker_scheduler_register(?, ?, ?, ?, ?, ?, ?)',
      [name, queue, schedule, payload, priority, expiresS, maxAttempts],
      toNumber,
    ),

  removeSchedule: (name: string) =>
    query('SELECT honker_scheduler_unregister(?)', [name], toBoolean),

  pauseSchedule: (name: string) => query('SELECT honker_scheduler_pause(?)', [name], toBoolean),

  resumeSchedule: (name: string) => query('SELECT honker_scheduler_resume(?)', [name], toBoolean),

  updateSchedule: (name: string, changes: ScheduleChanges) =>
    query(
      'SELECT honker_scheduler_update(?, ?, ?, ?, ?, ?, ?, ?)',
      [
        name,
        changes.schedule ?? null,
        changes.payload ?? null,
        changes.priority ?? null,
        changes.expiresS ?? null,
        changes.expiresS === undefined ? 0 : 1,
        changes.maxAttempts ?? null,
        changes.maxAttempts === undefined ? 0 : 1,
      ],
      toBoolean,
    ),

  listSchedules: () => query<ScheduleRow[]>('SELECT honker_scheduler_list()', [], fromJson),

  tick: (now: number) => query<FiredRow[]>('SELECT honker_scheduler_tick(?)', [now], fromJson),

  soonest: () => query('SELECT honker_scheduler_soonest()', [], toNumber),

  acquireLock: (name: string, owner: string, ttlS: number) =>
    query('SELECT honker_lock_acquire(?, ?, ?)', [name, owner, ttlS], toBoolean),

  renewLock: (name: string, owner: string, ttlS: number) =>
    query('SELECT honker_lock_renew(?, ?, ?)', [name, owner, ttlS], toBoolean),

  releaseLock: (name: string, owner: string) =>
    query('SELECT honker_lock_release(?, ?)', [name, owner], toBoolean),

  getLock: (name: string) =>
    query<LockRow | null>('SELECT honker_lock_get(?)', [name], fromJsonOrEmpty),

  tryRateLimit: (name: string, limit: number, perS: number) =>
    query('SELECT honker_rate_limit_try(?, ?, ?)', [name, limit, perS], toBoolean),

  sweepRateLimits: (olderThanS: number) =>
    query('SELECT honker_rate_limit_sweep(?)', [olderThanS], toNumber),

  saveResult: (jobId: number, value: string, ttlS: number) =>
    query('SELECT honker_result_save(?, ?, ?)', [jobId, value, ttlS], toNumber),

  getResult: (jobId: number) =>
    query<string | null>('SELECT honker_result_get(?)', [jobId], (value) =>
      value === null ? null : String(value),
    ),

  sweepResults: () => query('SELECT honker_result_sweep()', [], toNumber),
};
