import { Hub } from './hub.js';
import { queries } from './queries/queries.js';
import type { EventRow } from './queries/streams.js';
import type { Session } from './session.js';
import type { StreamEvent } from './stream-event.js';

/**
 * The options of `stream.follow()`.
 *
 * @example
 * ```ts
 * const signal = AbortSignal.timeout(50);
 * for await (const { offset } of orders.follow({ after: 0, signal })) {
 *   console.log(offset);
 * }
 * ```
 */
export interface FollowOptions {
  /** Begins behind this offset. Default: the newest one at the time of the call. */
  after?: number;
  /** Ends the iteration; it never throws for it. */
  signal?: AbortSignal;
}

/** Those who follow streams of one database in this process: one query a commit for each topic. */
export class StreamFollowers {
  readonly #db: Session;
  readonly #hubs = new Map<string, Hub<EventRow>>();

  constructor(db: Session) {
    this.#db = db;
  }

  async *follow<Payload>(
    topic: string,
    position: number | PromiseLike<number>,
    toEvent: (row: EventRow) => StreamEvent<Payload>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<StreamEvent<Payload>, void, undefined> {
    const after = await position;
    const hub = this.#hubOf(topic);
    try {
      for await (const row of hub.follow(after, isWanted, signal)) yield toEvent(row);
    } finally {
      // There may be a topic for each customer.
      if (hub.isIdle) this.#hubs.delete(topic);
    }
  }

  #hubOf(topic: string): Hub<EventRow> {
    const existing = this.#hubs.get(topic);
    if (existing !== undefined) return existing;
    const hub = new Hub<EventRow>(this.#db, {
      read: (after, limit) => queries.readSince(topic, after, limit),
      positionOf: (row) => row.offset,
    });
    this.#hubs.set(topic, hub);
    return hub;
  }
}

const isWanted = (): boolean => true;
