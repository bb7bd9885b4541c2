import { fromJson, query, toBoolean, toNumber } from './query.js';

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

/** What may be changed of a schedule; undefined leaves a field alone. */
export interface ScheduleChanges {
  schedule: string | undefined;
  payload: string | undefined;
  priority: number | undefined;
  /** null: never. */
  expiresS: number | null | undefined;
  maxAttempts: number | undefined;
}

/** What is enqueued again and again. */
export const scheduleQueries = {
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
};
