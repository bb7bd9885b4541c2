/** What no value is; its name is what the compiler's error shows. */
interface OnlyHonkerWritesItsTables {
  readonly __onlyHonkerWritesItsTables: never;
}

/** Kysely's `ColumnType`. */
interface ReadOnly<Value> {
  readonly __select__: Value;
  readonly __insert__: OnlyHonkerWritesItsTables;
  readonly __update__: OnlyHonkerWritesItsTables;
}

type ReadOnlyTable<Row> = { [Column in keyof Row]: ReadOnly<Row[Column]> };

/**
 * honker's tables, for reading them with Kysely's own queries. Kysely refuses to insert and update them, since
 * what is written past honker's functions may break what they promise. All times are Unix seconds.
 *
 * @example
 * ```ts
 * const db = new Kysely<Tables & HonkerTables>({ dialect: new SqliteDialect({ database }) });
 * const waiting = await db
 *   .selectFrom('_honker_live')
 *   .select((eb) => ['queue', eb.fn.countAll<number>().as('jobs')])
 *   .groupBy('queue')
 *   .execute();
 * ```
 */
export type HonkerTables = {
  /** Jobs that wait or run. `payload` is JSON. */
  _honker_live: ReadOnlyTable<{
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
  }>;
  /** Jobs that failed for good. */
  _honker_dead: ReadOnlyTable<{
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
  }>;
  _honker_notifications: ReadOnlyTable<{
    id: number;
    channel: string;
    payload: string;
    created_at: number;
  }>;
  /** The events of all streams. */
  _honker_stream: ReadOnlyTable<{
    offset: number;
    topic: string;
    key: string | null;
    payload: string;
    created_at: number;
  }>;
  /** How far each consumer of a stream has come. */
  _honker_stream_consumers: ReadOnlyTable<{ name: string; topic: string; offset: number }>;
  _honker_scheduler_tasks: ReadOnlyTable<{
    name: string;
    queue: string;
    cron_expr: string;
    payload: string;
    priority: number;
    expires_s: number | null;
    next_fire_at: number;
    /** 1, or 0 while it is paused. */
    enabled: number;
    max_attempts: number;
  }>;
  _honker_locks: ReadOnlyTable<{ name: string; owner: string; expires_at: number }>;
  _honker_rate_limits: ReadOnlyTable<{ name: string; window_start: number; count: number }>;
  /** What jobs came to. `value` is JSON. */
  _honker_results: ReadOnlyTable<{
    job_id: number;
    value: string | null;
    created_at: number;
    expires_at: number | null;
  }>;
};
