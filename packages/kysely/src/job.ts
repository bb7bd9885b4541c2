import type { AsyncJob, HandlerContext } from '@honker/core';
import type { ExclusiveConnection } from './connection.js';
import type { KyselyHandle } from './kysely.js';

/** A claimed job: core's `Job`, whose answers are promises, and which a transaction can finish. */
export interface KyselyJob<Payload>
  extends Omit<AsyncJob<Payload>, 'ack' | 'ackTx' | 'isAckedInside'> {
  /**
   * The job is done: deletes it. With a transaction, it is done when, and only when, that commits: what the
   * transaction has written for the job is then there once, although a job may run twice. After a rollback
   * the job is as it was before, and what becomes of it is decided as ever, when the handler returns or throws.
   *
   * @returns false, having done nothing, when the lease was lost.
   * @throws {LeaseLostError} with a transaction, when the lease was lost: somebody else may have done the work.
   *   Not caught, it rolls the transaction back.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * const worker = emails.work(async (job) => {
   *   await db.transaction().execute(async (trx) => {
   *     await trx.insertInto('sent').values({ to: job.payload.to }).execute();
   *     await job.ack(trx);
   *   });
   * });
   * ```
   */
  ack(handle?: KyselyHandle): Promise<boolean>;
}

/**
 * Handles one job. When it returns, the job is acked; when it throws, the job is retried, later each time, until
 * its attempts are used up. See `Handler` of @honker/core.
 *
 * @example
 * ```ts
 * const send: KyselyHandler<Email> = async (job, { signal }) => {
 *   signal.throwIfAborted();
 *   console.log('to', job.payload.to);
 * };
 * const worker = emails.work(send);
 * ```
 */
export type KyselyHandler<Payload> = (job: KyselyJob<Payload>, context: HandlerContext) => unknown;

/** The same job, since events tell of it by identity. */
export function kyselyJob<Payload>(
  job: AsyncJob<Payload>,
  connection: ExclusiveConnection,
): KyselyJob<Payload> {
  const ack = job.ack.bind(job);
  return Object.assign(job, {
    ack: async (handle?: KyselyHandle) => {
      if (handle === undefined) {
        connection.requireOutside('job.ack()', 'Hand it over: await job.ack(trx).');
        return await ack();
      }
      await job.ackTx(connection.handed(handle));
      return true;
    },
  });
}
