import type { StreamStatsRow } from './queries/streams.js';

/**
 * How far a consumer has come.
 *
 * @example
 * ```ts
 * const behind = orders.stats().consumers.filter(({ lag }) => lag > 1000);
 * for (const { name, offset, lag } of behind) console.warn(name, offset, lag);
 * ```
 */
export interface ConsumerStats {
  name: string;
  offset: number;
  /** Events that it has not handled yet. */
  lag: number;
}

/**
 * How long a stream is, and who reads it.
 *
 * @example
 * ```ts
 * const { events, firstOffset, lastOffset } = orders.stats();
 * console.log(events, firstOffset, lastOffset); // => 1 1 1
 * ```
 */
export interface StreamStats {
  topic: string;
  events: number;
  /** Null where there is no event. */
  firstOffset: number | null;
  lastOffset: number | null;
  consumers: ConsumerStats[];
}

export function toStreamStats(row: StreamStatsRow): StreamStats {
  const { topic, events, consumers } = row;
  return { topic, events, firstOffset: row.first_offset, lastOffset: row.last_offset, consumers };
}
