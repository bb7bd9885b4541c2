import { requireInteger } from './arguments.js';
import type { JobColumns } from './queries/jobs.js';

/**
 * What holds for one job.
 *
 * @example
 * ```ts
 * import type { EnqueueOptions } from '@honker/core';
 *
 * const nextMorning: EnqueueOptions = { runAt: new Date('2030-01-01T08:00:00Z'), priority: 10 };
 * emails.enqueue({ to: 'alice@example.com' }, nextMorning);
 * ```
 */
export interface EnqueueOptions {
  /**
   * So many whole seconds from now. They count from the beginning of the clock's second: with 5 the job is due
   * after 4 to 5 seconds. Where it must not be earlier, add one, or give `runAt`. Wins over `runAt`.
   */
  delay?: number;
  /** Not before this moment: a Date, rounded up to a second, or Unix seconds. */
  runAt?: Date | number;
  /** Higher runs first. Default 0; may be negative. */
  priority?: number;
  /** Never after this many whole seconds from now: then it goes to dead. */
  expires?: number;
  /** How often it is tried before it goes to dead. Default: the queue's. */
  maxAttempts?: number;
}

/** The options as the SQL functions take them; `defaultAttempts` are the queue's. */
export function jobColumns(
  options: EnqueueOptions | undefined,
  defaultAttempts: number,
): JobColumns {
  const { delay, runAt, priority, expires, maxAttempts } = options ?? {};
  return {
    runAt: runAt === undefined ? null : toUnixSeconds(runAt),
    delayS: delay === undefined ? null : requireInteger(delay, 'delay', 0),
    priority:
      priority === undefined ? 0 : requireInteger(priority, 'priority', Number.MIN_SAFE_INTEGER),
    maxAttempts:
      maxAttempts === undefined ? defaultAttempts : requireInteger(maxAttempts, 'maxAttempts', 1),
    expiresS: expires === undefined ? null : requireInteger(expires, 'expires', 0),
  };
}

function toUnixSeconds(moment: Date | number): number {
  if (!(moment instanceof Date)) return requireInteger(moment, 'runAt', 0);
  const ms = moment.getTime();
  if (Number.isNaN(ms)) throw new RangeError('runAt must be a valid date');
  return Math.ceil(ms / 1000);
}
