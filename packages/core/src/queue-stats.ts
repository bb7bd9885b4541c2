import type { StatsRow } from './queries/jobs.js';

/**
 * How many jobs of a queue are in which state.
 *
 * @example
 * ```ts
 * const { oldestReadyS } = emails.stats();
 * if (oldestReadyS !== null && oldestReadyS > 60) console.warn('the workers are behind');
 * ```
 */
export interface QueueStats {
  queue: string;
  /** May run now. */
  ready: number;
  /** Wait for their time. */
  scheduled: number;
  /** Claimed, under a valid lease. */
  processing: number;
  dead: number;
  /** How long the one that has been ready for longest has waited, in seconds; null if none is. */
  oldestReadyS: number | null;
}

export function toQueueStats(row: StatsRow): QueueStats {
  const { oldest_ready_s: oldestReadyS, ...counts } = row;
  return { ...counts, oldestReadyS };
}
