import { requireInteger, requireName, toJson } from './arguments.js';
import { queries } from './queries/queries.js';
import { answerTo, type Steps } from './steps.js';

/**
 * A job that is enqueued again and again.
 *
 * @example
 * ```ts
 * db.scheduler().add({
 *   name: 'digest',
 *   queue: 'digests',
 *   schedule: '0 8 * * MON-FRI',
 *   payload: { edition: 'morning' },
 *   expiresS: 3600,
 * });
 * ```
 */
export interface ScheduleOptions<Payload = unknown> {
  /** Adding the same name again replaces it. */
  name: string;
  /** Where the job goes. */
  queue: string;
  /**
   * Five fields (minute, hour, day of month, month, day of week), six (a second first), `@every 5s`, or
   * `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`; in the local time of the process.
   */
  schedule: string;
  /** Default null. */
  payload?: Payload;
  /** Default 0. */
  priority?: number;
  /** A job that nobody has claimed after this many seconds goes to dead. Default: never. */
  expiresS?: number;
  /** Default 3. */
  maxAttempts?: number;
}

/** The options, checked, as the SQL functions take them. */
export interface ScheduleColumns {
  name: string;
  queue: string;
  schedule: string;
  payload: string;
  priority: number;
  expiresS: number | null;
  maxAttempts: number;
}

export function scheduleColumns(options: ScheduleOptions): ScheduleColumns {
  const { payload, priority, expiresS, maxAttempts } = options;
  return {
    name: requireName(options.name, 'name'),
    queue: requireName(options.queue, 'queue'),
    schedule: requireName(options.schedule, 'schedule'),
    payload: toJson(payload ?? null),
    priority: requireInteger(priority ?? 0, 'priority', Number.MIN_SAFE_INTEGER),
    expiresS: expiresS === undefined ? null : requireInteger(expiresS, 'expiresS', 0),
    maxAttempts: requireInteger(maxAttempts ?? 3, 'maxAttempts', 1),
  };
}

export function addQuery(columns: ScheduleColumns) {
  const { name, queue, schedule, payload, priority, expiresS, maxAttempts } = columns;
  return queries.addSchedule(name, queue, schedule, payload, priority, expiresS, maxAttempts);
}

/**
 * Adds a schedule unless it is there as it is to be, and tells whether it did. Two processes that find it missing
 * at the same moment both add it: that leaves what one of them would have left.
 */
export function* ensureSchedule(columns: ScheduleColumns): Steps<boolean> {
  const rows = yield* answerTo(queries.listSchedules());
  const isThere = rows.some(
    (row) =>
      row.name === columns.name &&
      row.queue === columns.queue &&
      row.cron_expr === columns.schedule &&
      row.payload === columns.payload &&
      row.priority === columns.priority &&
      row.expires_s === columns.expiresS &&
      row.max_attempts === columns.maxAttempts,
  );
  if (!isThere) yield addQuery(columns);
  return !isThere;
}
