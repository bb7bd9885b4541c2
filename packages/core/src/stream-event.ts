/**
 * An event of a stream.
 *
 * @example
 * ```ts
 * import type { StreamEvent } from '@honker/core';
 *
 * const describe = ({ offset, payload }: StreamEvent<{ id: number }>) => `${offset}: ${payload.id}`;
 * console.log(orders.readSince(0).map(describe)); // => [ '1: 41' ]
 * ```
 */
export interface StreamEvent<Payload> {
  /** Its place: greater than that of every event before it. */
  offset: number;
  topic: string;
  /** What the event is about, as its publisher said; null if nothing. */
  key: string | null;
  /** The text itself where somebody wrote a row that isn't JSON. */
  payload: Payload;
  /** Unix seconds. */
  createdAt: number;
}
