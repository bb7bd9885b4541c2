import { connectionQueries } from './connection.js';
import { deadLetterQueries } from './dead-letters.js';
import { jobQueries } from './jobs.js';
import { lockQueries } from './locks.js';
import { notificationQueries } from './notifications.js';
import { rateLimitQueries } from './rate-limits.js';
import { resultQueries } from './results.js';
import { scheduleQueries } from './schedules.js';
import { streamQueries } from './streams.js';

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
  ...connectionQueries,
  ...jobQueries,
  ...deadLetterQueries,
  ...streamQueries,
  ...notificationQueries,
  ...scheduleQueries,
  ...lockQueries,
  ...rateLimitQueries,
  ...resultQueries,
};
