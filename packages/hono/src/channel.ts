import type { ListenOptions, Notification } from '@honker/core';

/** What `channel()` needs of a database, synchronous or not. */
export interface ChannelSource {
  listen<Payload = unknown>(
    channel: string,
    options?: ListenOptions,
  ): AsyncGenerator<Notification<Payload>, void, undefined>;
}

/**
 * A channel of a database, for `streamEvents()`.
 *
 * @example
 * ```ts
 * const news: Channel<{ id: number }> = channel(db, 'news');
 * app.get('/news', streamEvents(news));
 * ```
 */
export interface Channel<Payload> {
  readonly name: string;
  listen(options?: ListenOptions): AsyncGenerator<Notification<Payload>, void, undefined>;
}

/**
 * A channel of a database, for `streamEvents()`: what is said by `db.notify(name, …)`.
 *
 * @example
 * ```ts
 * app.get('/news', streamEvents(channel<{ id: number }>(db, 'news')));
 * ```
 */
export function channel<Payload = unknown>(db: ChannelSource, name: string): Channel<Payload> {
  if (typeof db?.listen !== 'function' || typeof name !== 'string' || name === '') {
    throw new TypeError('channel() takes a honker database and the name of a channel');
  }
  return { name, listen: (options) => db.listen<Payload>(name, options) };
}
