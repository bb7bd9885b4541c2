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
import { queries } from './queries.js';
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

/** `Job`, on an asynchronous connection. */
export type AsyncJob<Payload> = Promised<
  Job<Payload>,
  'ack' | 'ackTx' | 'retry' | 'fail' | 'heartbeat'
>;

/** `DeadLetters`, on an asynchronous connection. */
export type AsyncDeadLetters<Payload> = Promised<
  DeadLetters<Payload>,
  'list' | 'requeue' | 'purge'
>;

/** `Handler`, on an asynchronous connection. */
export type AsyncHandler<Payload> = (job: AsyncJob<Payload>, context: HandlerContext) => unknown;

/** Options of which one may be a function of the job. */
type WithAsyncJob<Options, Payload> = Omit<Options, 'timeoutS'> & {
  timeoutS?: AttemptTimeout<AsyncJob<Payload>>;
};

/** `WorkOptions`, on an asynchronous connection. */
export type AsyncWorkOptions<Payload = unknown> = WithAsyncJob<WorkOptions<Payload>, Payload>;

/** `OutboxOptions`, on an asynchronous connection. */
export type AsyncOutboxOptions<Payload = unknown> = WithAsyncJob<OutboxOptions<Payload>, Payload>;

/** `WorkerEvents`, on an asynchronous connection. */
export interface AsyncWorkerEvents<Payload>
  extends Pick<WorkerEvents<Payload>, 'dead' | 'error'>,
    Record<'completed' | 'lost', [job: AsyncJob<Payload>]> {
  failed: [job: AsyncJob<Payload>, error: unknown, delayS: number];
}

/** `Worker`, on an asynchronous connection. */
export type AsyncWorker<Payload> = Omit<Worker<Payload>, keyof EventEmitter> &
  EventEmitter<AsyncWorkerEvents<Payload>>;

/** `Queue`, on an asynchronous connection. */
export interface AsyncQueue<Payload = unknown, Input = Payload>
  extends Promised<
    Omit<Queue<Payload, Input>, 'dead' | 'claimOne' | 'claimBatch' | 'claim' | 'work'>,
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

/** `Stream`, on an asynchronous connection. */
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

/** `Scheduler`, on an asynchronous connection. */
export type AsyncScheduler = Promised<
  Scheduler,
  'add' | 'pause' | 'resume' | 'update' | 'remove' | 'list' | 'tick' | 'soonest'
>;

/** `Lock`, on an asynchronous connection. */
export type AsyncLock = Omit<Promised<Lock, 'heartbeat' | 'release'>, typeof Symbol.dispose>;

/** `OutboxHandler`, on an asynchronous connection. */
export type AsyncOutboxHandler<Payload> = (
  payload: Payload,
  context: HandlerContext & { readonly job: AsyncJob<Payload> },
) => unknown;

/** `Outbox`, on an asynchronous connection. */
export interface AsyncOutbox<Payload = unknown>
  extends Promised<Omit<Outbox<Payload>, 'queue'>, 'enqueue' | 'enqueueTx'> {
  readonly queue: AsyncQueue<Payload>;
}

/** `Task`, on an asynchronous connection. */
export type AsyncTask<
  Args extends readonly unknown[] = readonly unknown[],
  Result = unknown,
> = Promised<Task<Args, Result>, 'enqueue' | 'enqueueTx'>;

/**
 * `Database`, on an asynchronous connection: what asks the database answers with a promise. Transactions
 * are those of the connection's own library; its adapter hands them to `enqueueTx()` and its like.
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
 * ```ts no-run
 * import { openAsync } from '@honker/core/adapter';
 *
 * const db = await openAsync(connection);
 * await db.queue('emails').enqueue({ to: 'alice@example.com' });
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
