import type { EventEmitter } from 'node:events';
import type { AttemptTimeout } from './attempt-timeouts.js';
import { type AsyncConnection, AwaitedConnection } from './connection/async-connection.js';
import { Database } from './database.js';
import type { DeadLetters } from './dead-letters.js';
import type { HandlerContext } from './execution.js';
import type { Job } from './job.js';
import type { Lock } from './lock.js';
import { type OpenOptions, retentionOf } from './open.js';
import type { Outbox, OutboxOptions } from './outbox.js';
import { queries } from './queries/queries.js';
import type { Queue, QueueOptions, SchemaQueueOptions } from './queue.js';
import type { Scheduler } from './scheduler.js';
import type { InputOf, OutputOf, StandardSchema } from './standard-schema.js';
import type { SchemaStreamOptions, Stream } from './stream.js';
import type { Arguments, SchemaTaskOptions, Task, TaskOptions } from './task.js';
import type { WorkOptions } from './work-options.js';
import type { Worker } from './worker.js';
import type { WorkerEvents } from './worker-events.js';

/** A class, those of its methods answering with promises that ask the database. */
type Promised<Class, Methods extends keyof Class> = Omit<Class, Methods> & {
  [Method in Methods]: Class[Method] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Result>
    : never;
};

/**
 * `Job`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncJob } from '@honker/core';
 *
 * async function later(job: AsyncJob<Email>): Promise<void> {
 *   await job.retry(60, 'smtp timeout');
 * }
 * ```
 */
export type AsyncJob<Payload> = Promised<
  Job<Payload>,
  'ack' | 'ackTx' | 'retry' | 'fail' | 'heartbeat'
>;

/**
 * `DeadLetters`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncDeadLetters } from '@honker/core';
 *
 * async function requeueAll(dead: AsyncDeadLetters<Email>): Promise<void> {
 *   for (const { id } of await dead.list()) await dead.requeue(id);
 * }
 * ```
 */
export type AsyncDeadLetters<Payload> = Promised<
  DeadLetters<Payload>,
  'list' | 'requeue' | 'purge'
>;

/**
 * `Handler`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncHandler } from '@honker/core';
 *
 * const handler: AsyncHandler<Email> = async (job) => {
 *   console.log('to', job.payload.to);
 *   await job.ack();
 * };
 * ```
 */
export type AsyncHandler<Payload> = (job: AsyncJob<Payload>, context: HandlerContext) => unknown;

/** Options of which one may be a function of the job. */
type WithAsyncJob<Options, Payload> = Omit<Options, 'timeoutS'> & {
  timeoutS?: AttemptTimeout<AsyncJob<Payload>>;
};

/**
 * `WorkOptions`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncWorkOptions } from '@honker/core';
 *
 * const patient: AsyncWorkOptions<Email> = { timeoutS: ({ attempts }) => 30 * attempts };
 * ```
 */
export type AsyncWorkOptions<Payload = unknown> = WithAsyncJob<WorkOptions<Payload>, Payload>;

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
 * `WorkerEvents`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncWorkerEvents } from '@honker/core';
 *
 * function onFailed(...[job, error]: AsyncWorkerEvents<Email>['failed']): void {
 *   console.error(job.id, error);
 * }
 * ```
 */
export interface AsyncWorkerEvents<Payload>
  extends Pick<WorkerEvents<Payload>, 'dead' | 'error'>,
    Record<'completed' | 'lost', [job: AsyncJob<Payload>]> {
  failed: [job: AsyncJob<Payload>, error: unknown, delayS: number];
}

/**
 * `Worker`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncWorker } from '@honker/core';
 *
 * async function end(worker: AsyncWorker<Email>): Promise<void> {
 *   worker.on('error', (error) => console.error(error));
 *   await worker.stop();
 * }
 * ```
 */
export type AsyncWorker<Payload> = Omit<Worker<Payload>, keyof EventEmitter> &
  EventEmitter<AsyncWorkerEvents<Payload>>;

/**
 * `Queue`, on an asynchronous connection.
 *
 * @example
 * ```ts
 * import type { AsyncQueue } from '@honker/core';
 *
 * async function countReady(emails: AsyncQueue<Email>): Promise<number> {
 *   return (await emails.stats()).ready;
 * }
 * ```
 */
export interface AsyncQueue<Payload = unknown, Input = Payload>
  extends Promised<
    Omit<Queue<Payload, Input>, 'db' | 'dead' | 'claimOne' | 'claimBatch' | 'claim' | 'work'>,
    | 'enqueue'
    | 'enqueueTx'
    | 'enqueueMany'
    | 'enqueueManyTx'
    | 'ackBatch'
    | 'cancel'
    | 'cancelTx'
    | 'getJob'
    | 'jobs'
    | 'sweepExpired'
    | 'stats'
  > {
  readonly dead: AsyncDeadLetters<Input>;
  claimOne(workerId: string): Promise<AsyncJob<Payload> | null>;
  claimBatch(workerId: string, count: number): Promise<AsyncJob<Payload>[]>;
  claim(
    ...args: Parameters<Queue<Payload>['claim']>
  ): AsyncGenerator<AsyncJob<Payload>, void, undefined>;
  work(handler: AsyncHandler<Payload>, options?: AsyncWorkOptions<Payload>): AsyncWorker<Payload>;
}

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
  'add' | 'pause' | 'resume' | 'update' | 'remove' | 'list' | 'tick' | 'soonest'
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
    Promised<
      Pick<
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

/**
 * Opens a database on an asynchronous connection: what `open()` is for a synchronous one. For the adapter of
 * an ORM. Closing the database closes the connection.
 *
 * @example
 * ```ts
 * import { type AsyncConnection, openAsync } from '@honker/core/adapter';
 *
 * async function enqueue(connection: AsyncConnection): Promise<void> {
 *   const db = await openAsync(connection);
 *   await db.queue('emails').enqueue({ to: 'alice@example.com' });
 *   await db.close();
 * }
 * ```
 */
export async function openAsync(
  connection: AsyncConnection,
  options: OpenOptions = {},
): Promise<AsyncDatabase> {
  const retention = retentionOf(options);
  await connection.run(queries.bootstrap());
  const db: unknown = new Database(new AwaitedConnection(connection), retention);
  return db as AsyncDatabase;
}
