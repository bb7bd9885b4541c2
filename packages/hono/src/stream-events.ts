import type { FollowOptions, Notification, StreamEvent, SubscribeOptions } from '@honker/core';
import type { Context } from 'hono';
import type { Channel } from './channel.js';
import { lastEventId } from './event-position.js';
import { eventStream } from './event-stream.js';

type Awaitable<Value> = Value | Promise<Value>;
type Events<Event> = AsyncGenerator<Event, void, undefined>;

/** What `streamEvents()` needs of a stream, synchronous or not. */
export interface StreamSource<Payload> {
  readonly topic: string;
  follow(options?: FollowOptions): Events<StreamEvent<Payload>>;
  subscribe(consumer: string, options?: SubscribeOptions): Events<StreamEvent<Payload>>;
  lastOffset(): Awaitable<number>;
}

/**
 * How events are sent.
 *
 * @example
 * ```ts
 * const options = { data: ({ payload }: StreamEvent<Order>) => payload.id, heartbeatS: 20, retryMs: 500 };
 * app.get('/orders/ids', streamEvents(db.stream<Order>('orders'), options));
 * ```
 */
export interface StreamEventsOptions<Event> {
  /**
   * What the client gets of an event, as JSON; undefined sends nothing. Default: the payload.
   *
   * Whoever may read the route gets every event of the stream: leave out here what is not theirs.
   */
  data?: (event: Event, c: Context) => unknown;
  /**
   * After so many whole seconds without an event a comment is sent, which keeps proxies from hanging up. Default 5:
   * `Bun.serve()` hangs up after 10, if it isn't told otherwise.
   */
  heartbeatS?: number;
  /** How long the client waits before it reconnects, in whole milliseconds. Default: the browser's own. */
  retryMs?: number;
}

/**
 * The same for a stream.
 *
 * @example
 * ```ts
 * app.get(
 *   '/orders/events',
 *   streamEvents(db.stream('orders'), { consumer: (c) => `tab:${c.req.query('tab')}` }),
 * );
 * ```
 */
export interface StreamOptions<Event> extends StreamEventsOptions<Event> {
  /**
   * Where a client begins that doesn't tell what it has seen: with what comes from `now` on, or at the `start` of the
   * stream. Default `now`.
   */
  from?: 'now' | 'start';
  /**
   * The name of a consumer, or a function that makes it of the request: how far the client has come is saved under
   * it, and a client that doesn't tell what it has seen begins there. An event counts when it was written, so
   * what was on its way when a connection broke is only sent again to a client that tells (browsers do).
   */
  consumer?: string | ((c: Context) => string | Promise<string>);
}

const LONGEST_HEARTBEAT_S = 2_147_483;

/**
 * Sends the events of a stream, or what is said on a channel, to a client as server-sent events
 * (`text/event-stream`, for `EventSource` in browsers). The id of each is its offset.
 *
 * A client that reconnects goes on behind the `Last-Event-ID` that it sends, without a gap or a repeat; the first
 * request may carry it as `?lastEventId=`. What isn't an id is answered with 400. All clients of a process share one
 * query for each commit. A client that is slow reads from the database when it is ready, and grows no queue. It
 * ends when the client goes, or the database is closed.
 *
 * @param source - the stream or `channel()`, or a function that makes it of the request.
 * @throws {TypeError | RangeError} for options that are wrong.
 *
 * @example
 * ```ts
 * app.get('/orders/events', streamEvents(db.stream<Order>('orders')));
 * app.get('/shops/:id/events', streamEvents((c) => db.stream(`shop:${c.req.param('id')}`), { from: 'start' }));
 * ```
 */
export function streamEvents<Payload>(
  source: StreamSource<Payload> | ((c: Context) => Awaitable<StreamSource<Payload>>),
  options?: StreamOptions<StreamEvent<Payload>>,
): (c: Context) => Promise<Response>;
export function streamEvents<Payload>(
  source: Channel<Payload> | ((c: Context) => Awaitable<Channel<Payload>>),
  options?: StreamEventsOptions<Notification<Payload>>,
): (c: Context) => Promise<Response>;
export function streamEvents(
  source: AnySource | ((c: Context) => Awaitable<AnySource>),
  options: StreamOptions<never> = {},
): (c: Context) => Promise<Response> {
  requireSource(source);
  const heartbeatMs =
    1000 * requireWhole(options.heartbeatS ?? 5, 'heartbeatS', 1, LONGEST_HEARTBEAT_S);
  const { retryMs } = options;
  if (retryMs !== undefined) requireWhole(retryMs, 'retryMs', 0, Number.MAX_SAFE_INTEGER);
  const opening = retryMs === undefined ? ':\n\n' : `retry: ${retryMs}\n\n`;
  const toData = (options.data ?? payloadOf) as (event: AnyEvent, c: Context) => unknown;

  return async (c) => {
    const origin = typeof source === 'function' ? await source(c) : source;
    const controller = new AbortController();
    const events = await open(origin, c, options, controller.signal);
    const frames = toFrames(events, (event) => toData(event, c));
    return c.body(eventStream({ frames, controller, opening, heartbeatMs }), 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Neither kept by caches, nor compressed, nor held back by nginx.
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      // At the end of a process a browser would ask again on the same connection, get an error, and give up; on a
      // new one it is refused, and tries until the next process is there.
      Connection: 'close',
    });
  };
}

type AnySource = StreamSource<unknown> | Channel<unknown>;
type AnyEvent = StreamEvent<unknown> | Notification<unknown>;

async function open(
  source: AnySource,
  c: Context,
  options: StreamOptions<never>,
  signal: AbortSignal,
): Promise<Events<AnyEvent>> {
  const seen = lastEventId(c);
  if (!('topic' in source)) {
    return source.listen(seen === undefined ? { signal } : { afterId: seen, signal });
  }
  const newest = await source.lastOffset();
  // An offset that is ahead is of another file, before it was restored: what comes now would never reach it.
  const after = seen === undefined ? undefined : Math.min(seen, newest);
  const consumer =
    typeof options.consumer === 'function' ? await options.consumer(c) : options.consumer;
  if (consumer !== undefined) {
    return source.subscribe(consumer, after === undefined ? { signal } : { after, signal });
  }
  return source.follow({ after: after ?? (options.from === 'start' ? 0 : newest), signal });
}

async function* toFrames(
  events: Events<AnyEvent>,
  toData: (event: AnyEvent) => unknown,
): AsyncGenerator<string, void, undefined> {
  try {
    for await (const event of events) {
      const data = JSON.stringify(toData(event));
      if (data !== undefined) yield `id: ${idOf(event)}\ndata: ${data}\n\n`;
    }
  } catch (error) {
    // The application ends: the client reconnects to whoever comes next.
    if ((error as { code?: unknown }).code !== 'HONKER_CLOSED') throw error;
  }
}

const idOf = (event: AnyEvent): number => ('offset' in event ? event.offset : event.id);
const payloadOf = ({ payload }: { payload: unknown }): unknown => payload;

function requireSource(source: unknown): void {
  const { follow, listen } = (source ?? {}) as Record<string, unknown>;
  if ([source, follow, listen].some((each) => typeof each === 'function')) return;
  throw new TypeError(
    'streamEvents() takes db.stream(topic), channel(db, name), or a function that returns one of them',
  );
}

function requireWhole(value: number, name: string, minimum: number, maximum: number): number {
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
  throw new RangeError(
    `${name} must be a whole number from ${minimum} to ${maximum}, not ${value}`,
  );
}
