import { requireInteger, requireName, toJsonArray } from './arguments.js';
import type { FollowOptions, StreamFollowers } from './follow.js';
import { PayloadFormat } from './payload.js';
import { queries } from './queries/queries.js';
import { mapped, only, type Query } from './queries/query.js';
import { type EventRow, PayloadText } from './queries/streams.js';
import type { Session, TransactionHandle } from './session.js';
import { requireSchema, type StandardSchema } from './standard-schema.js';
import type { StreamEvent } from './stream-event.js';
import { type StreamStats, toStreamStats } from './stream-stats.js';
import { type SubscribeOptions, subscribe } from './subscription.js';

/**
 * The options of a stream whose payloads a validator checks, and names the type of.
 *
 * @example
 * ```ts
 * import { z } from 'zod';
 *
 * const visits = db.stream('visits', { schema: z.object({ at: z.coerce.date() }) });
 * visits.publish({ at: new Date() });
 * ```
 */
export interface SchemaStreamOptions<Schema extends StandardSchema> {
  /** Checked when an event is published, and again when it is read: somebody else may have written it. */
  schema: Schema;
}

/**
 * A durable stream: events that stay until they are trimmed. Each consumer reads them all, in order,
 * from where it last was.
 *
 * @example
 * ```ts
 * const orders = db.stream<{ id: number }>('orders');
 * orders.publish({ id: 42 });
 * for await (const event of orders.subscribe('mailer')) {
 *   console.log(event.offset, event.payload.id);
 *   break;
 * }
 * ```
 */
export class Stream<Payload = unknown, Input = Payload> {
  readonly topic: string;
  readonly #db: Session;
  readonly #followers: StreamFollowers;
  readonly #format: PayloadFormat;

  /** @internal Applications call `db.stream()`. */
  constructor(
    db: Session,
    followers: StreamFollowers,
    topic: string,
    { schema }: Partial<SchemaStreamOptions<StandardSchema>> = {},
  ) {
    this.#db = db;
    this.#followers = followers;
    this.topic = requireName(topic, 'topic');
    this.#format = new PayloadFormat(requireSchema(schema));
  }

  /**
   * Adds an event, in a transaction of its own.
   *
   * @returns its offset.
   * @throws {SchemaError} for a payload that doesn't match the stream's schema.
   * @throws {TransactionOpenError} while a transaction is open on the connection: use `publishTx`.
   */
  publish(payload: Input): number {
    return this.#db.runNow('stream.publish()', this.#query(null, payload));
  }

  /** The same, with a key that says what the event is about. */
  publishWithKey(key: string, payload: Input): number {
    return this.#db.runNow(
      'stream.publishWithKey()',
      this.#query(requireName(key, 'key'), payload),
    );
  }

  /** Adds many events at once, all or none; returns their offsets, in order. */
  publishMany(payloads: readonly Input[]): number[] {
    return this.#db.runNow('stream.publishMany()', this.#manyQuery(payloads));
  }

  /**
   * Adds an event inside an open transaction: it exists when, and only when, that commits.
   *
   * @returns its offset.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   */
  publishTx(tx: TransactionHandle, payload: Input): number {
    return this.#db.runInside('stream.publishTx()', tx, this.#query(null, payload));
  }

  /** The same, with a key. */
  publishWithKeyTx(tx: TransactionHandle, key: string, payload: Input): number {
    const query = this.#query(requireName(key, 'key'), payload);
    return this.#db.runInside('stream.publishWithKeyTx()', tx, query);
  }

  /** Adds many events inside an open transaction. */
  publishManyTx(tx: TransactionHandle, payloads: readonly Input[]): number[] {
    return this.#db.runInside('stream.publishManyTx()', tx, this.#manyQuery(payloads));
  }

  #manyQuery(payloads: readonly Input[]): Query<number[]> {
    return queries.publishBatch(this.topic, null, toJsonArray(payloads, this.#format.write));
  }

  #query(key: string | null, payload: Input): Query<number> {
    return queries.publish(this.topic, key, this.#format.write(payload));
  }

  /** Events of the iterations that share one query must not share their payloads. */
  readonly #toEvent = (row: EventRow): StreamEvent<Payload> => ({
    offset: row.offset,
    topic: row.topic,
    key: row.key,
    payload: this.#format.readOrThrow(row, nameOf) as Payload,
    createdAt: row.created_at,
  });

  readonly #check = (event: StreamEvent<unknown>): StreamEvent<Payload> => {
    const { payload } = event;
    event.payload =
      payload instanceof PayloadText
        ? this.#format.readOrThrow(payload, () => nameOf(event))
        : this.#format.checkOrThrow(payload, event, nameOf);
    return event as StreamEvent<Payload>;
  };

  /**
   * Up to `limit` (100) events with a greater offset, in order.
   *
   * @throws {SchemaError} for an event that doesn't match the stream's schema.
   */
  readSince(offset: number, limit = 100): StreamEvent<Payload>[] {
    requireInteger(offset, 'offset', 0);
    requireInteger(limit, 'limit', 0);
    const query = mapped(queries.readEvents(this.topic, offset, limit), (events) =>
      events.map(this.#check),
    );
    return this.#db.runNow('stream.readSince()', query);
  }

  /**
   * Events from where `consumer` last was, first those that are there, then those that come, without a
   * gap or a repeat between them, until `signal` fires.
   *
   * An event counts as handled when the next one is asked for. How far the consumer has come is saved
   * after `saveEveryN` events or `saveEveryS` seconds, and when the iteration ends; what was handled
   * after the last save is delivered again after a crash. Leaving the loop by `break` or by an error
   * doesn't count the last event as handled.
   *
   * @throws {SchemaError} at an event that doesn't match the stream's schema, since skipping it would lose it:
   *   `saveOffset()` with its offset, which the message names, goes past it.
   *
   * @example
   * ```ts
   * const soon = AbortSignal.timeout(50);
   * for await (const event of orders.subscribe('mailer', { signal: soon })) {
   *   console.log(event.payload.id);
   * }
   * ```
   */
  subscribe(
    consumer: string,
    options: SubscribeOptions = {},
  ): AsyncGenerator<StreamEvent<Payload>, void, undefined> {
    requireName(consumer, 'consumer');
    return subscribe(this.#db, this.topic, consumer, this.#check, options);
  }

  /**
   * Events behind an offset, first those that are there, then those that come, until `signal` fires. Nobody
   * remembers how far it came: for whoever remembers it itself, or wants but what is new. All who follow a
   * stream in a process share one query for each commit, so there may be thousands.
   *
   * @throws {SchemaError} at an event that doesn't match the stream's schema.
   * @throws {TransactionOpenError} without `after`, while a transaction is open on the connection.
   *
   * @example
   * ```ts
   * const soon = AbortSignal.timeout(50);
   * for await (const event of orders.follow({ after: 0, signal: soon })) {
   *   console.log(event.offset, event.payload.id);
   * }
   * ```
   */
  follow(options: FollowOptions = {}): AsyncGenerator<StreamEvent<Payload>, void, undefined> {
    const { after, signal } = options;
    const position = after === undefined ? this.lastOffset() : requireInteger(after, 'after', 0);
    return this.#followers.follow(this.topic, position, this.#toEvent, signal);
  }

  /** The newest offset; 0 where there is no event. */
  lastOffset(): number {
    return this.#db.runNow('stream.lastOffset()', queries.lastOffset(this.topic));
  }

  /**
   * Says how far a consumer has come. It never goes back.
   *
   * @returns whether it advanced.
   */
  saveOffset(consumer: string, offset: number): boolean {
    return this.#db.runNow('stream.saveOffset()', this.#saveQuery(consumer, offset));
  }

  /** The same inside an open transaction: what the event led to and the offset commit together. */
  saveOffsetTx(tx: TransactionHandle, consumer: string, offset: number): boolean {
    return this.#db.runInside('stream.saveOffsetTx()', tx, this.#saveQuery(consumer, offset));
  }

  #saveQuery(consumer: string, offset: number): Query<boolean> {
    requireInteger(offset, 'offset', 0);
    return queries.saveOffset(requireName(consumer, 'consumer'), this.topic, offset);
  }

  /** How far a consumer has come; 0 if it never saved. */
  getOffset(consumer: string): number {
    const query = queries.getOffset(requireName(consumer, 'consumer'), this.topic);
    return this.#db.runNow('stream.getOffset()', query);
  }

  /**
   * Deletes the events before an offset, whoever has not read them yet.
   *
   * @returns how many.
   */
  trim(beforeOffset: number): number {
    requireInteger(beforeOffset, 'beforeOffset', 0);
    return this.#db.runNow('stream.trim()', queries.trimStream(this.topic, beforeOffset));
  }

  /** Counts the events, so it costs what the stream is long. */
  stats(): StreamStats {
    const query = mapped(queries.streamStats(this.topic), (rows) => toStreamStats(only(rows)));
    return this.#db.runNow('stream.stats()', query);
  }
}

function nameOf({ offset, topic }: { offset: number; topic: string }): string {
  return `event ${offset} of stream ${JSON.stringify(topic)}`;
}
