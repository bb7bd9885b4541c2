import type {
  Database,
  InputOf,
  OutputOf,
  QueueOptions,
  SchemaQueueOptions,
  SchemaStreamOptions,
  StandardSchema,
  TransactionHandle,
} from '@honker/core';
import type { DrizzleHandle } from './handle.js';
import type { Handles } from './handles.js';
import { DrizzleQueue } from './queue.js';
import { DrizzleStream } from './stream.js';

/**
 * honker on a Drizzle database. What writes takes Drizzle's `tx`, and then commits or rolls back with it, or
 * `db`, and then commits by itself.
 *
 * @example
 * ```ts
 * const honker = honkerDrizzle(db);
 * const emails = honker.queue<Email>('emails');
 * db.transaction((tx) => {
 *   const { id } = tx.insert(orders).values({ email: 'alice@example.com' }).returning().get();
 *   emails.enqueue(tx, { orderId: id, to: 'alice@example.com' });
 * });
 * ```
 */
export class HonkerDrizzle {
  /**
   * Core's database, for all that writes nothing beside your own rows: `listen()`, `scheduler()`, `withLock()`,
   * `tryRateLimit()`, `getResult()`, `task()`, `outbox()`, …
   */
  readonly database: Database;
  readonly #handles: Handles;

  /** @internal Applications call `honkerDrizzle()`. */
  constructor(database: Database, handles: Handles) {
    this.database = database;
    this.#handles = handles;
  }

  /**
   * A queue, by its name. It needs no creation; the same name is the same queue in every process. A `schema`
   * (Standard Schema: zod, valibot, …) types its payloads, and checks them.
   *
   * @example
   * ```ts
   * const emails = honker.queue<Email>('emails', { visibilityTimeoutS: 60, maxAttempts: 5 });
   * ```
   */
  queue<Schema extends StandardSchema>(
    name: string,
    options: SchemaQueueOptions<Schema>,
  ): DrizzleQueue<OutputOf<Schema>, InputOf<Schema>>;
  queue<Payload = unknown>(name: string, options?: QueueOptions): DrizzleQueue<Payload>;
  queue(name: string, options?: QueueOptions): DrizzleQueue {
    return new DrizzleQueue(this.database.queue(name, options), this.#handles);
  }

  /**
   * A durable stream, by its topic. It needs no creation; the same topic is the same stream in every process.
   * A `schema` types its payloads, and checks them.
   */
  stream<Schema extends StandardSchema>(
    topic: string,
    options: SchemaStreamOptions<Schema>,
  ): DrizzleStream<OutputOf<Schema>, InputOf<Schema>>;
  stream<Payload = unknown>(topic: string): DrizzleStream<Payload>;
  stream(topic: string, options?: SchemaStreamOptions<StandardSchema>): DrizzleStream {
    const stream =
      options === undefined ? this.database.stream(topic) : this.database.stream(topic, options);
    return new DrizzleStream(stream, this.#handles);
  }

  /**
   * Says something to all who listen on a channel, in any process: with `tx` it is heard when, and only when,
   * that commits. `honker.database.listen(channel)` hears it.
   *
   * @returns its id.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   * @throws {TransactionOpenError} for `db` inside its own transaction.
   *
   * @example
   * ```ts
   * db.transaction((tx) => {
   *   tx.insert(orders).values({ email: 'alice@example.com' }).run();
   *   honker.notify(tx, 'orders', { email: 'alice@example.com' });
   * });
   * ```
   */
  notify(handle: DrizzleHandle, channel: string, payload: unknown): number {
    const tx = this.#handles.resolve(handle, 'honker.notify()');
    return tx === undefined
      ? this.database.notify(channel, payload)
      : this.database.notifyTx(tx, channel, payload);
  }

  /**
   * Saves what a job came to, for `queue.waitResult()`: for `ttlS` seconds, or for good. Saving again replaces
   * it. With `tx`, what the job has done and its result commit together.
   *
   * @example
   * ```ts
   * emails.work((job) => {
   *   db.transaction((tx) => {
   *     const { changes } = tx.delete(orders).run();
   *     honker.saveResult(tx, job.id, { deleted: changes }, 3600);
   *     job.ack(tx);
   *   });
   * });
   * ```
   */
  saveResult(handle: DrizzleHandle, jobId: number, value: unknown, ttlS?: number): void {
    const tx = this.#handles.resolve(handle, 'honker.saveResult()');
    return tx === undefined
      ? this.database.saveResult(jobId, value, ttlS)
      : this.database.saveResultTx(tx, jobId, value, ttlS);
  }

  /**
   * Drizzle's transaction as core takes it, for core's own methods: those whose names end in `Tx`.
   *
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   * @throws {TypeError} for `db`, which is no transaction.
   *
   * @example
   * ```ts
   * const webhooks = honker.database.outbox('webhooks', async (payload: { url: string }) => {
   *   await fetch(payload.url, { method: 'POST' });
   * });
   * db.transaction((tx) => {
   *   tx.insert(orders).values({ email: 'alice@example.com' }).run();
   *   webhooks.enqueueTx(honker.tx(tx), { url: 'https://example.com/orders' });
   * });
   * ```
   */
  tx(handle: DrizzleHandle): TransactionHandle {
    const tx = this.#handles.resolve(handle, 'honker.tx()');
    if (tx === undefined) throw new TypeError('honker.tx() takes a transaction, and was given db');
    return tx;
  }

  /**
   * Ends what honker does: running workers give their jobs back without spending an attempt, watching stops.
   * `await worker.stop()` before, to let jobs finish. Drizzle's database stays open, where it is yours to close.
   */
  close(): void {
    return this.database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
