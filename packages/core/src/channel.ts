import { Hub } from './hub.js';
import { payloadOrText } from './payload.js';
import type { NotificationRow } from './queries/notifications.js';
import { queries } from './queries/queries.js';
import type { Session } from './session.js';

/**
 * What was said on a channel.
 *
 * @example
 * ```ts
 * const signal = AbortSignal.timeout(50);
 * for await (const { id, payload } of db.listen<{ item: string }>('prices', { signal })) {
 *   console.log(id, payload.item);
 * }
 * ```
 */
export interface Notification<Payload> {
  id: number;
  channel: string;
  /** The text itself where somebody wrote a row that isn't JSON. */
  payload: Payload;
  /** Unix seconds. */
  createdAt: number;
}

/**
 * The options of `db.listen()`.
 *
 * @example
 * ```ts
 * const stopping = new AbortController();
 * const prices = db.listen('prices', { signal: stopping.signal });
 * stopping.abort(); // ends the iteration
 * for await (const { payload } of prices) console.log(payload);
 * ```
 */
export interface ListenOptions {
  /**
   * Begins behind the notification of this id: what was said since and is kept still (see `open()`) comes
   * first. Default: the newest one at the time of the call. An id that is ahead of it counts as it: the file was
   * restored.
   */
  afterId?: number;
  /** Ends the iteration; it never throws for it. */
  signal?: AbortSignal;
}

/** Which notifications are kept for listeners that come late: those within both limits. */
export interface Retention {
  readonly maxAgeS: number;
  readonly maxKeep: number;
}

/** The listeners of one database in this process: one query per wake serves them all. */
export class ChannelHub {
  readonly #hub: Hub<NotificationRow>;

  constructor(db: Session) {
    this.#hub = new Hub(db, {
      read: queries.notificationsSince,
      positionOf: (row) => row.id,
    });
  }

  /** What is said after notification `position`. */
  async *listen<Payload>(
    channel: string,
    position: number | PromiseLike<number>,
    { signal }: ListenOptions,
  ): AsyncGenerator<Notification<Payload>, void, undefined> {
    const isHeard = (row: NotificationRow) => row.channel === channel;
    for await (const row of this.#hub.follow(await position, isHeard, signal)) {
      yield toNotification<Payload>(row);
    }
  }
}

function toNotification<Payload>(row: NotificationRow): Notification<Payload> {
  return {
    id: row.id,
    channel: row.channel,
    payload: payloadOrText(row) as Payload,
    createdAt: row.created_at,
  };
}
