import type {
  AsyncDatabase,
  AsyncDeadLetters,
  AsyncJob,
  AsyncQueue,
  AsyncStream,
  AsyncWorker,
  AsyncWorkOptions,
  ClaimOptions,
  EnqueueOptions,
  HandlerContext,
  InputOf,
  OutputOf,
  QueueOptions,
  SchemaQueueOptions,
  SchemaStreamOptions,
  StandardSchema,
  TransactionHandle,
} from '@honker/core';
import type { AsyncDrizzleHandle } from './handle.js';

/**
 * `DrizzleJob`, on an asynchronous driver.
 *
 * @example
 * ```ts
 * import type { AsyncDrizzleJob, AsyncDrizzleHandle } from '@honker/drizzle';
 *
 * const confirm = async (job: AsyncDrizzleJob<Email>, tx: AsyncDrizzleHandle) => await job.ack(tx);
 * ```
 */
export interface AsyncDrizzleJob<Payload>
  extends Pick<
    AsyncJob<Payload>,
    | 'id'
    | 'queue'
    | 'payload'
    | 'workerId'
    | 'attempts'
    | 'claimExpiresAt'
    | 'isSettled'
    | 'retry'
    | 'fail'
    | 'heartbeat'
  > {
  ack(handle?: AsyncDrizzleHandle): Promise<boolean>;
}

/**
 * `DrizzleHandler`, on an asynchronous driver.
 *
 * @example
 * ```ts
 * import type { AsyncDrizzleHandler } from '@honker/drizzle';
 *
 * const send: AsyncDrizzleHandler<Email> = async (job, { signal }) => {
 *   await fetch('https://mail.example.com/send', { method: 'POST', body: job.payload.to, signal });
 * };
 * ```
 */
export type AsyncDrizzleHandler<Payload> = (
  job: AsyncDrizzleJob<Payload>,
  context: HandlerContext,
) => unknown;

/**
 * `DrizzleDeadLetters`, on an asynchronous driver.
 *
 * @example
 * ```ts
 * import type { AsyncDrizzleDeadLetters } from '@honker/drizzle';
 *
 * async function requeueAll(dead: AsyncDrizzleDeadLetters<Email>): Promise<void> {
 *   for (const { id } of await dead.list()) await dead.requeue(id);
 * }
 * ```
 */
export interface AsyncDrizzleDeadLetters<Payload>
  extends Pick<AsyncDeadLetters<Payload>, 'list' | 'purge'> {
  requeue(handle: AsyncDrizzleHandle, id: number): Promise<number | null>;
  requeue(id: number): Promise<number | null>;
}

/**
 * `DrizzleQueue`, on an asynchronous driver.
 *
 * @example
 * ```ts
 * import type { AsyncDrizzleQueue, AsyncDrizzleHandle } from '@honker/drizzle';
 *
 * const welcome = async (emails: AsyncDrizzleQueue<Email>, tx: AsyncDrizzleHandle, to: string) =>
 *   await emails.enqueue(tx, { orderId: 1, to });
 * ```
 */
export interface AsyncDrizzleQueue<Payload = unknown, Input = Payload>
  extends Pick<
    AsyncQueue<Payload, Input>,
    | 'name'
    | 'visibilityTimeoutS'
    | 'maxAttempts'
    | 'ackBatch'
    | 'getJob'
    | 'jobs'
    | 'waitResult'
    | 'sweepExpired'
    | 'stats'
  > {
  readonly dead: AsyncDrizzleDeadLetters<Input>;
  enqueue(handle: AsyncDrizzleHandle, payload: Input, options?: EnqueueOptions): Promise<number>;
  enqueueMany(
    handle: AsyncDrizzleHandle,
    payloads: readonly Input[],
    options?: EnqueueOptions,
  ): Promise<number[]>;
  cancel(handle: AsyncDrizzleHandle, id: number): Promise<boolean>;
  work(
    handler: AsyncDrizzleHandler<Payload>,
    options?: AsyncWorkOptions<Payload>,
  ): AsyncWorker<Payload>;
  claimOne(workerId: string): Promise<AsyncDrizzleJob<Payload> | null>;
  claimBatch(workerId: string, count: number): Promise<AsyncDrizzleJob<Payload>[]>;
  claim(
    workerId: string,
    options?: ClaimOptions,
  ): AsyncGenerator<AsyncDrizzleJob<Payload>, void, undefined>;
}

/**
 * `DrizzleStream`, on an asynchronous driver.
 *
 * @example
 * ```ts
 * import type { AsyncDrizzleStream, AsyncDrizzleHandle } from '@honker/drizzle';
 *
 * const tell = async (placed: AsyncDrizzleStream<{ orderId: number }>, tx: AsyncDrizzleHandle) =>
 *   await placed.publish(tx, { orderId: 1 });
 * ```
 */
export interface AsyncDrizzleStream<Payload = unknown, Input = Payload>
  extends Pick<
    AsyncStream<Payload, Input>,
    'topic' | 'subscribe' | 'follow' | 'readSince' | 'getOffset' | 'lastOffset' | 'trim' | 'stats'
  > {
  publish(handle: AsyncDrizzleHandle, payload: Input): Promise<number>;
  publishWithKey(handle: AsyncDrizzleHandle, key: string, payload: Input): Promise<number>;
  publishMany(handle: AsyncDrizzleHandle, payloads: readonly Input[]): Promise<number[]>;
  saveOffset(handle: AsyncDrizzleHandle, consumer: string, offset: number): Promise<boolean>;
}

/**
 * `HonkerDrizzle`, on an asynchronous driver: what asks the database answers with a promise.
 *
 * @example
 * ```ts no-run: the other examples have the file open through another driver
 * import { drizzle as drizzleLibsql } from 'drizzle-orm/libsql';
 *
 * const db = drizzleLibsql('file:app.db');
 * const asyncHonker = await honkerDrizzle(db);
 * const emails = asyncHonker.queue<Email>('emails');
 * await db.transaction(async (tx) => {
 *   const [order] = await tx.insert(orders).values({ email: 'alice@example.com' }).returning();
 *   if (order) await emails.enqueue(tx, { orderId: order.id, to: order.email });
 * });
 * ```
 */
export interface AsyncHonkerDrizzle extends AsyncDisposable {
  readonly database: AsyncDatabase;
  queue<Schema extends StandardSchema>(
    name: string,
    options: SchemaQueueOptions<Schema>,
  ): AsyncDrizzleQueue<OutputOf<Schema>, InputOf<Schema>>;
  queue<Payload = unknown>(name: string, options?: QueueOptions): AsyncDrizzleQueue<Payload>;
  stream<Schema extends StandardSchema>(
    topic: string,
    options: SchemaStreamOptions<Schema>,
  ): AsyncDrizzleStream<OutputOf<Schema>, InputOf<Schema>>;
  stream<Payload = unknown>(topic: string): AsyncDrizzleStream<Payload>;
  notify(handle: AsyncDrizzleHandle, channel: string, payload: unknown): Promise<number>;
  saveResult(
    handle: AsyncDrizzleHandle,
    jobId: number,
    value: unknown,
    ttlS?: number,
  ): Promise<void>;
  tx(handle: AsyncDrizzleHandle): TransactionHandle;
  close(): Promise<void>;
}
