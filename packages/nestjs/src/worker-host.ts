import type { Job, Worker } from '@honker/core';

/** @internal Where the runtime puts a host's worker. */
export const WORKER = Symbol.for('honker.nestjs.worker');

/**
 * What a `@Processor` extends to handle all jobs of its queue. `JobType` is what an adapter's jobs are, where the
 * database is an adapter's: `DrizzleJob<Email>`, say.
 *
 * @example
 * ```ts
 * @Processor('emails')
 * export class EmailProcessor extends WorkerHost<Email> {
 *   async process(job: Job<Email>) {
 *     console.log('to', job.payload.to);
 *   }
 * }
 * ```
 */
export abstract class WorkerHost<
  Payload = unknown,
  Result = unknown,
  JobType extends object = Job<Payload>,
> {
  readonly [WORKER]?: Worker<Payload>;

  /**
   * Handles one job: it is acked when this returns, and tried again later when this throws; a RetryError says
   * when, a FailError gives up. `signal` fires when it must not go on: the lease was lost, time is up.
   */
  abstract process(job: JobType, signal: AbortSignal): Result | Promise<Result>;

  /**
   * The worker of this process that calls `process()`.
   *
   * @throws {Error} where none runs: before the application has started, or in a producer.
   */
  get worker(): Worker<Payload> {
    const worker = this[WORKER];
    if (worker === undefined) {
      throw new Error(
        `${this.constructor.name} has no worker here: it starts on application bootstrap, unless the role is 'producer'`,
      );
    }
    return worker;
  }
}
