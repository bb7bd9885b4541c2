import type {
  AsyncQueue,
  AsyncWorker,
  AsyncWorkOptions,
  ClaimOptions,
  EnqueueOptions,
  WaitOptions,
} from '@honker/core';
import type { ExclusiveConnection } from './connection.js';
import { type KyselyDeadLetters, kyselyDeadLetters } from './dead-letters.js';
import { type KyselyHandler, type KyselyJob, kyselyJob } from './job.js';
import type { KyselyHandle } from './kysely.js';
import { methodsOf } from './methods.js';

/**
 * A durable queue: core's `Queue`, whose writes take Kysely's transaction, or `db`, first.
 *
 * @example
 * ```ts
 * const emails = honker.queue<{ to: string }>('emails');
 * await db.transaction().execute(async (trx) => {
 *   await trx.insertInto('users').values({ email: 'alice@example.com' }).execute();
 *   await emails.enqueue(trx, { to: 'alice@example.com' });
 * });
 * const worker = emails.work(async (job) => {
 *   console.log('to', job.payload.to);
 * });
 * ```
 *
 * `Input` is what is enqueued, where a schema makes something else of it.
 */
export interface KyselyQueue<Payload = unknown, Input = Payload>
  extends Pick<
    AsyncQueue<Payload, Input>,
    | 'name'
    | 'visibilityTimeoutS'
    | 'maxAttempts'
    | 'ackBatch'
    | 'getJob'
    | 'jobs'
    | 'sweepExpired'
    | 'stats'
    | 'waitResult'
  > {
  /** The jobs that failed for good. */
  readonly dead: KyselyDeadLetters<Input>;

  /**
   * Adds a job: in a transaction, it exists when, and only when, that commits.
   *
   * @returns its id.
   * @throws {TypeError | RangeError} for a payload that isn't JSON, or options that are wrong.
   * @throws {SchemaError} for a payload that doesn't match the queue's schema.
   * @throws {TransactionOpenError} for `db` inside its own transaction.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * await emails.enqueue(db, { to: 'alice@example.com' }, { delay: 60, priority: 10 });
   * ```
   */
  enqueue(handle: KyselyHandle, payload: Input, options?: EnqueueOptions): Promise<number>;

  /**
   * Adds many jobs at once, all or none, with the same options.
   *
   * @returns their ids, in the order of the payloads.
   *
   * @example
   * ```ts
   * await emails.enqueueMany(db, [{ to: 'alice@example.com' }, { to: 'bob@example.com' }]);
   * ```
   */
  enqueueMany(
    handle: KyselyHandle,
    payloads: readonly Input[],
    options?: EnqueueOptions,
  ): Promise<number[]>;

  /**
   * Deletes a job, whether it waits or runs; a handler that runs it loses its lease.
   *
   * @returns false if there is no such job in this queue.
   *
   * @example
   * ```ts
   * await emails.cancel(db, id);
   * ```
   */
  cancel(handle: KyselyHandle, id: number): Promise<boolean>;

  /** Claims the next job; see core's `Queue`. Null if none is ready. */
  claimOne(workerId: string): Promise<KyselyJob<Payload> | null>;

  /** Claims up to `count` jobs at once. */
  claimBatch(workerId: string, count: number): Promise<KyselyJob<Payload>[]>;

  /**
   * Claims jobs one by one, waiting for the next where none is ready, until `signal` fires.
   *
   * @example
   * ```ts
   * for await (const job of emails.claim('worker-1', { signal: AbortSignal.timeout(50) })) {
   *   await job.ack();
   * }
   * ```
   */
  claim(
    workerId: string,
    options?: ClaimOptions,
  ): AsyncGenerator<KyselyJob<Payload>, void, undefined>;

  /**
   * Starts a worker in this process; see core's `Queue`. Its claims, acks and heartbeats wait for Kysely's
   * connection as the application's own statements do, so none is ever a part of a transaction of it.
   *
   * @example
   * ```ts
   * const worker = emails.work(async (job) => {
   *   console.log('to', job.payload.to);
   * }, { concurrency: 10 });
   * process.once('SIGTERM', () => worker.stop());
   * ```
   */
  work(handler: KyselyHandler<Payload>, options?: AsyncWorkOptions<Payload>): AsyncWorker<Payload>;
}

export function kyselyQueue<Payload, Input>(
  queue: AsyncQueue<Payload, Input>,
  connection: ExclusiveConnection,
): KyselyQueue<Payload, Input> {
  return {
    name: queue.name,
    visibilityTimeoutS: queue.visibilityTimeoutS,
    maxAttempts: queue.maxAttempts,
    dead: kyselyDeadLetters(queue.dead, connection),
    ...methodsOf(queue, ['ackBatch', 'getJob', 'jobs', 'sweepExpired', 'stats']),

    async enqueue(handle, payload, options) {
      return await queue.enqueueTx(connection.handed(handle), payload, options);
    },
    async enqueueMany(handle, payloads, options) {
      return await queue.enqueueManyTx(connection.handed(handle), payloads, options);
    },
    async cancel(handle, id) {
      return await queue.cancelTx(connection.handed(handle), id);
    },

    async waitResult<Result>(id: number, options?: WaitOptions) {
      connection.requireOutside('queue.waitResult()', 'The job is to be seen after the commit.');
      return await queue.waitResult<Result>(id, options);
    },
    async claimOne(workerId) {
      const job = await queue.claimOne(workerId);
      return job && kyselyJob(job, connection);
    },
    async claimBatch(workerId, count) {
      const jobs = await queue.claimBatch(workerId, count);
      return jobs.map((job) => kyselyJob(job, connection));
    },
    async *claim(workerId, options) {
      connection.requireOutside('queue.claim()', 'Claim before the transaction begins.');
      for await (const job of queue.claim(workerId, options)) yield kyselyJob(job, connection);
    },
    work(handler, options) {
      return queue.work((job, context) => handler(kyselyJob(job, connection), context), options);
    },
  };
}
