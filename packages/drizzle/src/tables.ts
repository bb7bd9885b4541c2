import { sql } from 'drizzle-orm';
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

const now = sql`(unixepoch())`;

/** Jobs that wait or run. Times are Unix seconds, here and below; payloads are JSON text. */
const live = sqliteTable('_honker_live', {
  id: integer().primaryKey({ autoIncrement: true }),
  queue: text().notNull(),
  payload: text().notNull(),
  state: text({ enum: ['pending', 'processing'] })
    .notNull()
    .default('pending'),
  priority: integer().notNull().default(0),
  runAt: integer('run_at').notNull().default(now),
  workerId: text('worker_id'),
  claimExpiresAt: integer('claim_expires_at'),
  attempts: integer().notNull().default(0),
  maxAttempts: integer('max_attempts').notNull().default(3),
  createdAt: integer('created_at').notNull().default(now),
  expiresAt: integer('expires_at'),
});

/** Jobs that failed for good. */
const dead = sqliteTable('_honker_dead', {
  id: integer().primaryKey(),
  queue: text().notNull(),
  payload: text().notNull(),
  priority: integer().notNull().default(0),
  runAt: integer('run_at').notNull().default(0),
  attempts: integer().notNull().default(0),
  maxAttempts: integer('max_attempts').notNull().default(0),
  lastError: text('last_error'),
  createdAt: integer('created_at').notNull().default(now),
  diedAt: integer('died_at').notNull().default(now),
});

const notifications = sqliteTable('_honker_notifications', {
  id: integer().primaryKey({ autoIncrement: true }),
  channel: text().notNull(),
  payload: text().notNull(),
  createdAt: integer('created_at').notNull().default(now),
});

/** The events of all streams. */
const events = sqliteTable('_honker_stream', {
  offset: integer().primaryKey({ autoIncrement: true }),
  topic: text().notNull(),
  key: text(),
  payload: text().notNull(),
  createdAt: integer('created_at').notNull().default(now),
});

/** How far the consumers of streams have come. */
const consumers = sqliteTable(
  '_honker_stream_consumers',
  {
    name: text(),
    topic: text(),
    offset: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.name, table.topic] })],
);

const schedules = sqliteTable('_honker_scheduler_tasks', {
  name: text().primaryKey(),
  queue: text().notNull(),
  cronExpr: text('cron_expr').notNull(),
  payload: text().notNull(),
  priority: integer().notNull().default(0),
  expiresS: integer('expires_s'),
  nextFireAt: integer('next_fire_at').notNull(),
  enabled: integer({ mode: 'boolean' }).notNull().default(true),
  maxAttempts: integer('max_attempts').notNull().default(3),
});

const locks = sqliteTable('_honker_locks', {
  name: text().primaryKey(),
  owner: text().notNull(),
  expiresAt: integer('expires_at').notNull(),
});

const rateLimits = sqliteTable(
  '_honker_rate_limits',
  {
    name: text(),
    windowStart: integer('window_start'),
    count: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.name, table.windowStart] })],
);

const results = sqliteTable('_honker_results', {
  jobId: integer('job_id').primaryKey(),
  value: text(),
  createdAt: integer('created_at').notNull().default(now),
  expiresAt: integer('expires_at'),
});

/**
 * honker's tables, to be read by Drizzle's queries. Reading is all that they are for: rows that you write need
 * honker's own columns right, and its functions do that. Keep them out of the schema that drizzle-kit is given;
 * `tablesFilter: ['!_honker_*']` in its configuration has it leave the tables alone.
 *
 * @example
 * ```ts
 * import { honkerTables } from '@honker/drizzle';
 * import { count } from 'drizzle-orm';
 *
 * const { live } = honkerTables;
 * const waiting = db.select({ queue: live.queue, jobs: count() }).from(live).groupBy(live.queue).all();
 * ```
 */
export const honkerTables = {
  live,
  dead,
  notifications,
  events,
  consumers,
  schedules,
  locks,
  rateLimits,
  results,
};
