import type { EventEmitter } from 'node:events';
import type { AttemptTimeout } from './attempt-timeouts.js';
import type { DeadLetters } from './dead-letters.js';
import type { HandlerContext } from './execution.js';
import type { Job } from './job.js';
import type { Promised } from './promised.js';
import type { Queue } from './queue.js';
import type { WorkOptions } from './work-options.js';
import type { Worker } from './worker.js';
import type { WorkerEvents } from './worker-events.js';

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
  'list' | 'requeue' | 'requeueTx' | 'purge'
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
export type WithAsyncJob<Options, Payload> = Omit<Options, 'timeoutS'> & {
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
