import type { AsyncJob, AsyncQueue, WithAsyncJob } from './async-queue.js';
import type { Database } from './database.js';
import type { HandlerContext } from './execution.js';
import type { Lock } from './lock.js';
import type { Outbox, OutboxOptions } from './outbox.js';
import type { Promised, PromisedMethods } from './promised.js';
import type { QueueOptions, SchemaQueueOptions } from './queue.js';
import type { Scheduler } from './scheduler.js';
import type { InputOf, OutputOf, StandardSchema } from './standard-schema.js';
import type { SchemaStreamOptions, Stream } from './stream.js';
import type { Arguments, SchemaTaskOptions, Task, TaskOptions } from './task.js';

/**
 * `Stream`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncStream } from '@honker/core';
 *
 * async function publish(orders: AsyncStream<{ id: number }>): Promise<number> {
 *   return await orders.publish({ id: 42 });
 * }
 * ```
 */
export type AsyncStream<Payload = unknown, Input = Payload> = Promised<
  Stream<Payload, Input>,
  | 'publish'
  | 'publishWithKey'
  | 'publishMany'
  | 'publishTx'
  | 'publishWithKeyTx'
  | 'publishManyTx'
  | 'readSince'
  | 'saveOffset'
  | 'saveOffsetTx'
  | 'getOffset'
  | 'lastOffset'
  | 'trim'
  | 'stats'
>;

/**
 * `Scheduler`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncScheduler } from '@honker/core';
 *
 * async function backUpNightly(scheduler: AsyncScheduler): Promise<void> {
 *   await scheduler.add({ name: 'nightly', queue: 'backups', schedule: '0 3 * * *' });
 * }
 * ```
 */
export type AsyncScheduler = Promised<
  Scheduler,
  | 'add'
  | 'ensure'
  | 'pause'
  | 'resume'
  | 'update'
  | 'remove'
  | 'list'
  | 'tick'
  | 'soonest'
  | 'leader'
>;

/**
 * `Lock`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncLock } from '@honker/core';
 *
 * async function giveUp(lock: AsyncLock | null): Promise<void> {
 *   await lock?.release();
 * }
 * ```
 */
export type AsyncLock = Omit<Promised<Lock, 'heartbeat' | 'release'>, typeof Symbol.dispose>;

/**
 * `OutboxOptions`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncOutboxOptions } from '@honker/core';
 *
 * const patient: AsyncOutboxOptions<{ url: string }> = { maxAttempts: 20, timeoutS: 10 };
 * ```
 */
export type AsyncOutboxOptions<Payload = unknown> = WithAsyncJob<OutboxOptions<Payload>, Payload>;

/**
 * `OutboxHandler`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncOutboxHandler } from '@honker/core';
 *
 * const post: AsyncOutboxHandler<{ url: string }> = async ({ url }, { signal }) => {
 *   await fetch(url, { method: 'POST', signal });
 * };
 * ```
 */
export type AsyncOutboxHandler<Payload> = (
  payload: Payload,
  context: HandlerContext & { readonly job: AsyncJob<Payload> },
) => unknown;

/**
 * `Outbox`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncOutbox } from '@honker/core';
 *
 * async function post(webhooks: AsyncOutbox<{ url: string }>): Promise<void> {
 *   await webhooks.enqueue({ url: 'https://example.com/orders' });
 * }
 * ```
 */
export interface AsyncOutbox<Payload = unknown>
  extends Promised<Omit<Outbox<Payload>, 'queue'>, 'enqueue' | 'enqueueTx'> {
  readonly queue: AsyncQueue<Payload>;
}

/**
 * `Task`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncTask } from '@honker/core';
 *
 * async function sum(add: AsyncTask<[a: number, b: number], number>): Promise<number> {
 *   return await (await add.enqueue(2, 3)).get();
 * }
 * ```
 */
export type AsyncTask<
  Args extends readonly unknown[] = readonly unknown[],
  Result = unknown,
> = Promised<Task<Args, Result>, 'enqueue' | 'enqueueTx'>;

/**
 * `Database`, on an asynchronous connection: what asks the database answers with a promise. Transactions
 * are those of the connection's own library; its adapter hands them to `enqueueTx()` and its like.
 *
 * @example
 * ```ts
 * import type { AsyncDatabase } from '@honker/core';
 *
 * async function welcome(db: AsyncDatabase, to: string): Promise<void> {
 *   await db.queue<Email>('emails').enqueue({ to });
 * }
 * ```
 */
export interface AsyncDatabase
  extends Pick<
      Database,
      'path' | 'isOpen' | 'metrics' | 'listen' | 'updateEvents' | 'withLock' | 'runTasks'
    >,
    PromisedMethods<
      Database,
      | 'queues'
      | 'streams'
      | 'notify'
      | 'notifyTx'
      | 'pruneNotifications'
      | 'tryRateLimit'
      | 'sweepRateLimits'
      | 'saveResult'
      | 'saveResultTx'
      | 'close'
    >,
    AsyncDisposable {
  queue<Schema extends StandardSchema>(
    name: string,
    options: SchemaQueueOptions<Schema>,
  ): AsyncQueue<OutputOf<Schema>, InputOf<Schema>>;
  queue<Payload = unknown>(name: string, options?: QueueOptions): AsyncQueue<Payload>;
  stream<Schema extends StandardSchema>(
    topic: string,
    options: SchemaStreamOptions<Schema>,
  ): AsyncStream<OutputOf<Schema>, InputOf<Schema>>;
  stream<Payload = unknown>(topic: string): AsyncStream<Payload>;
  scheduler(): AsyncScheduler;
  tryLock(name: string, owner: string, ttlS: number): Promise<AsyncLock | null>;
  getResult<Result = unknown>(jobId: number): Promise<Result | undefined>;
  outbox<Payload = unknown>(
    name: string,
    handler: AsyncOutboxHandler<Payload>,
    options?: AsyncOutboxOptions<Payload>,
  ): AsyncOutbox<Payload>;
  task<Schema extends StandardSchema<readonly unknown[]>, Result>(
    name: string,
    fn: (...args: Arguments<OutputOf<Schema>>) => Result,
    options: Omit<SchemaTaskOptions<Schema>, 'schedule'>,
  ): AsyncTask<Arguments<InputOf<Schema>>, Awaited<Result>>;
  task<Args extends readonly unknown[], Result>(
    name: string,
    fn: (...args: Args) => Result,
    options?: Omit<TaskOptions, 'schedule'>,
  ): AsyncTask<Args, Awaited<Result>>;
  task<Result>(
    name: string,
    fn: () => Result,
    options: TaskOptions,
  ): AsyncTask<[], Awaited<Result>>;
}
