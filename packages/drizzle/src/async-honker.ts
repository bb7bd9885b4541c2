import type {
  AsyncDatabase,
  AsyncJob,
  AsyncQueue,
  AsyncStream,
  AsyncWorker,
  ClaimOptions,
  EnqueueOptions,
  HandlerContext,
  QueueOptions,
  TransactionHandle,
  WorkOptions,
} from '@honker/core';
import type { AsyncHandle } from './handle.js';

/** `DrizzleJob`, on an asynchronous driver. */
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
  ack(handle?: AsyncHandle): Promise<boolean>;
}

/** `DrizzleHandler`, on an asynchronous driver. */
export type AsyncDrizzleHandler<Payload> = (
  job: AsyncDrizzleJob<Payload>,
  context: HandlerContext,
) => unknown;

/** `DrizzleQueue`, on an asynchronous driver. */
export interface AsyncDrizzleQueue<Payload = unknown>
  extends Pick<
    AsyncQueue<Payload>,
    | 'name'
    | 'visibilityTimeoutS'
    | 'maxAttempts'
    | 'dead'
    | 'ackBatch'
    | 'getJob'
    | 'waitResult'
    | 'sweepExpired'
    | 'stats'
  > {
  enqueue(handle: AsyncHandle, payload: Payload, options?: EnqueueOptions): Promise<number>;
  enqueueMany(
    handle: AsyncHandle,
    payloads: readonly Payload[],
    options?: EnqueueOptions,
  ): Promise<number[]>;
  cancel(handle: AsyncHandle, id: number): Promise<boolean>;
  work(handler: AsyncDrizzleHandler<Payload>, options?: WorkOptions): AsyncWorker<Payload>;
  claimOne(workerId: string): Promise<AsyncDrizzleJob<Payload> | null>;
  claimBatch(workerId: string, count: number): Promise<AsyncDrizzleJob<Payload>[]>;
  claim(
    workerId: string,
    options?: ClaimOptions,
  ): AsyncGenerator<AsyncDrizzleJob<Payload>, void, undefined>;
}

/** `DrizzleStream`, on an asynchronous driver. */
export interface AsyncDrizzleStream<Payload = unknown>
  extends Pick<
    AsyncStream<Payload>,
    'topic' | 'subscribe' | 'readSince' | 'getOffset' | 'trim' | 'stats'
  > {
  publish(handle: AsyncHandle, payload: Payload): Promise<number>;
  publishWithKey(handle: AsyncHandle, key: string, payload: Payload): Promise<number>;
  publishMany(handle: AsyncHandle, payloads: readonly Payload[]): Promise<number[]>;
  saveOffset(handle: AsyncHandle, consumer: string, offset: number): Promise<boolean>;
}

/**
 * `HonkerDrizzle`, on an asynchronous driver: what asks the database answers with a promise.
 *
 * @example
 * ```ts
 * const honker = await honkerDrizzle(drizzle('file:app.db'));
 * const emails = honker.queue<{ to: string }>('emails');
 * await db.transaction(async (tx) => {
 *   await tx.insert(users).values({ email: 'alice@example.com' });
 *   await emails.enqueue(tx, { to: 'alice@example.com' });
 * });
 * ```
 */
export interface AsyncHonkerDrizzle extends AsyncDisposable {
  readonly database: AsyncDatabase;
  queue<Payload = unknown>(name: string, options?: QueueOptions): AsyncDrizzleQueue<Payload>;
  stream<Payload = unknown>(topic: string): AsyncDrizzleStream<Payload>;
  notify(handle: AsyncHandle, channel: string, payload: unknown): Promise<number>;
  saveResult(handle: AsyncHandle, jobId: number, value: unknown, ttlS?: number): Promise<void>;
  tx(handle: AsyncHandle): TransactionHandle;
  close(): Promise<void>;
}
