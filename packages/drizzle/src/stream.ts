import type {
  FollowOptions,
  Stream,
  StreamEvent,
  StreamStats,
  SubscribeOptions,
} from '@honker/core';
import type { DrizzleHandle } from './handle.js';
import type { Handles } from './handles.js';

/**
 * A durable stream whose writes take Drizzle's `tx`, and then commit or roll back with it, or `db`, and then
 * commit by themselves.
 *
 * @example
 * ```ts
 * const placed = honker.stream<{ orderId: number }>('orders.placed');
 * db.transaction((tx) => {
 *   const { id } = tx.insert(orders).values({ email: 'alice@example.com' }).returning().get();
 *   placed.publish(tx, { orderId: id });
 * });
 * ```
 */
export class DrizzleStream<Payload = unknown, Input = Payload> {
  readonly topic: string;
  readonly #stream: Stream<Payload, Input>;
  readonly #handles: Handles;

  /** @internal Applications call `honker.stream()`. */
  constructor(stream: Stream<Payload, Input>, handles: Handles) {
    this.topic = stream.topic;
    this.#stream = stream;
    this.#handles = handles;
  }

  /**
   * Adds an event: with `tx` it exists when, and only when, that commits.
   *
   * @returns its offset.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   * @throws {TransactionOpenError} for `db` inside its own transaction.
   */
  publish(handle: DrizzleHandle, payload: Input): number {
    const tx = this.#handles.resolve(handle, 'stream.publish()');
    return tx === undefined ? this.#stream.publish(payload) : this.#stream.publishTx(tx, payload);
  }

  /** The same, with a key that says what the event is about. */
  publishWithKey(handle: DrizzleHandle, key: string, payload: Input): number {
    const tx = this.#handles.resolve(handle, 'stream.publishWithKey()');
    return tx === undefined
      ? this.#stream.publishWithKey(key, payload)
      : this.#stream.publishWithKeyTx(tx, key, payload);
  }

  /** Adds many events at once, all or none; returns their offsets, in order. */
  publishMany(handle: DrizzleHandle, payloads: readonly Input[]): number[] {
    const tx = this.#handles.resolve(handle, 'stream.publishMany()');
    return tx === undefined
      ? this.#stream.publishMany(payloads)
      : this.#stream.publishManyTx(tx, payloads);
  }

  /**
   * Says how far a consumer has come. It never goes back. With `tx`, what the event led to and the offset commit
   * together.
   *
   * @returns whether it advanced.
   *
   * @example
   * ```ts
   * for await (const event of placed.subscribe('invoices')) {
   *   db.transaction((tx) => {
   *     tx.insert(confirmations).values({ orderId: event.payload.orderId }).run();
   *     placed.saveOffset(tx, 'invoices', event.offset);
   *   });
   *   break;
   * }
   * ```
   */
  saveOffset(handle: DrizzleHandle, consumer: string, offset: number): boolean {
    const tx = this.#handles.resolve(handle, 'stream.saveOffset()');
    return tx === undefined
      ? this.#stream.saveOffset(consumer, offset)
      : this.#stream.saveOffsetTx(tx, consumer, offset);
  }

  /**
   * Events from where `consumer` last was, first those that are there, then those that come, without a
   * gap or a repeat between them, until `signal` fires.
   *
   * An event counts as handled when the next one is asked for. How far the consumer has come is saved
   * after `saveEveryN` events or `saveEveryS` seconds, and when the iteration ends; what was handled
   * after the last save is delivered again after a crash. Leaving the loop by `break` or by an error
   * doesn't count the last event as handled.
   */
  subscribe(
    consumer: string,
    options?: SubscribeOptions,
  ): AsyncGenerator<StreamEvent<Payload>, void, undefined> {
    return this.#stream.subscribe(consumer, options);
  }

  /**
   * Events behind an offset, first those that are there, then those that come, until `signal` fires. Nobody
   * remembers how far it came: for whoever remembers it itself, or wants but what is new. All who follow a
   * stream in a process share one query for each commit, so there may be thousands.
   */
  follow(options?: FollowOptions): AsyncGenerator<StreamEvent<Payload>, void, undefined> {
    return this.#stream.follow(options);
  }

  /** Up to `limit` (100) events with a greater offset, in order. */
  readSince(offset: number, limit?: number): StreamEvent<Payload>[] {
    return this.#stream.readSince(offset, limit);
  }

  /** The newest offset; 0 where there is no event. */
  lastOffset(): number {
    return this.#stream.lastOffset();
  }

  /** How far a consumer has come; 0 if it never saved. */
  getOffset(consumer: string): number {
    return this.#stream.getOffset(consumer);
  }

  /**
   * Deletes the events before an offset, whoever has not read them yet.
   *
   * @returns how many.
   */
  trim(beforeOffset: number): number {
    return this.#stream.trim(beforeOffset);
  }

  /** Counts the events, so it costs what the stream is long. */
  stats(): StreamStats {
    return this.#stream.stats();
  }
}
