import type { AsyncJob, HandlerContext } from '@honker/core';
import type { ExclusiveConnection } from './connection.js';
import type { KyselyHandle } from './kysely.js';

/** A claimed job: core's `Job`, whose answers are promises, and which a transaction can finish. */
export interface KyselyJob<Payload> extends Omit<AsyncJob<Payload>, 'ack' | 'ackTx'> {
  /**
   * The job is done: deletes it. With a transaction, it is done when, and only when, that commits: what the
   * job has led to and its end are then one.
   *
   * @returns false, having done nothing, if the lease was lost: then throw, and what the transaction has done
   *   is not done twice.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * const worker = emails.work(async (job) => {
   *   await db.transaction().execute(async (trx) => {
   *     await trx.insertInto('sent').values({ to: job.payload.to }).execute();
   *     if (!(await job.ack(trx))) throw new Error('somebody else has the job now');
   *   });
   * });
   * ```
   */
  ack(handle?: KyselyHandle): Promise<boolean>;
}

/** Handles one job; see `Handler` of @honker/core. */
export type KyselyHandler<Payload> = (job: KyselyJob<Payload>, context: HandlerContext) => unknown;

/** The same job, since events tell of it by identity. */
export function kyselyJob<Payload>(
  job: AsyncJob<Payload>,
  connection: ExclusiveConnection,
): KyselyJob<Payload> {
  const ack = job.ack.bind(job);
  return Object.assign(job, {
    ack: async (handle?: KyselyHandle) =>
      handle === undefined
        ? await ack()
        : await (job as AsyncJob<Payload> & { ackTx(tx: unknown): Promise<boolean> }).ackTx(
            connection.handed(handle),
          ),
  });
}
