import type { AsyncStream } from '@honker/core';
import type { ExclusiveConnection } from './connection.js';
import type { KyselyHandle } from './kysely.js';
import { methodsOf } from './methods.js';

/**
 * A durable stream: core's `Stream`, whose writes take Kysely's transaction, or `db`, first.
 *
 * @example
 * ```ts
 * const orders = honker.stream<{ id: number }>('orders');
 * await db.transaction().execute(async (trx) => {
 *   await trx.insertInto('orders').values({ item: 'book' }).execute();
 *   await orders.publish(trx, { id: 42 });
 * });
 * for await (const event of orders.subscribe('mailer')) {
 *   console.log(event.offset, event.payload.id);
 *   break;
 * }
 * ```
 *
 * `Input` is what is published, where a schema makes something else of it.
 */
export interface KyselyStream<Payload = unknown, Input = Payload>
  extends Pick<
    AsyncStream<Payload, Input>,
    'topic' | 'readSince' | 'getOffset' | 'lastOffset' | 'trim' | 'stats' | 'subscribe' | 'follow'
  > {
  /**
   * Adds an event: in a transaction, it exists when, and only when, that commits.
   *
   * @returns its offset.
   * @throws {TransactionOpenError} for `db` inside its own transaction.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * await orders.publish(db, { id: 42 });
   * ```
   */
  publish(handle: KyselyHandle, payload: Input): Promise<number>;

  /** The same, with a key that says what the event is about. */
  publishWithKey(handle: KyselyHandle, key: string, payload: Input): Promise<number>;

  /** Adds many events at once, all or none; returns their offsets, in order. */
  publishMany(handle: KyselyHandle, payloads: readonly Input[]): Promise<number[]>;

  /**
   * Says how far a consumer has come: in a transaction, together with what the event led to. It never goes
   * back.
   *
   * @returns whether it advanced.
   *
   * @example
   * ```ts
   * for (const event of await orders.readSince(await orders.getOffset('totals'))) {
   *   await db.transaction().execute(async (trx) => {
   *     await trx.insertInto('totals').values({ order_id: event.payload.id }).execute();
   *     await orders.saveOffset(trx, 'totals', event.offset);
   *   });
   * }
   * ```
   */
  saveOffset(handle: KyselyHandle, consumer: string, offset: number): Promise<boolean>;
}

export function kyselyStream<Payload, Input>(
  stream: AsyncStream<Payload, Input>,
  connection: ExclusiveConnection,
): KyselyStream<Payload, Input> {
  return {
    topic: stream.topic,
    ...methodsOf(stream, ['readSince', 'getOffset', 'lastOffset', 'trim', 'stats']),

    async publish(handle, payload) {
      return await stream.publishTx(connection.handed(handle), payload);
    },
    async publishWithKey(handle, key, payload) {
      return await stream.publishWithKeyTx(connection.handed(handle), key, payload);
    },
    async publishMany(handle, payloads) {
      return await stream.publishManyTx(connection.handed(handle), payloads);
    },
    async saveOffset(handle, consumer, offset) {
      return await stream.saveOffsetTx(connection.handed(handle), consumer, offset);
    },
    subscribe(consumer, options) {
      connection.requireOutside('stream.subscribe()', 'Subscribe before the transaction begins.');
      return stream.subscribe(consumer, options);
    },
    follow(options) {
      connection.requireOutside('stream.follow()', 'Follow it before the transaction begins.');
      return stream.follow(options);
    },
  };
}
