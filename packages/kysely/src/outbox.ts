import type { AsyncOutbox, EnqueueOptions, HandlerContext } from '@honker/core';
import type { ExclusiveConnection } from './connection.js';
import type { KyselyJob } from './job.js';
import type { KyselyHandle } from './kysely.js';
import { methodsOf } from './methods.js';
import { type KyselyQueue, kyselyQueue } from './queue.js';

/**
 * Delivers one payload; when it throws, the delivery is tried again later.
 *
 * @example
 * ```ts
 * const deliver: KyselyOutboxHandler<Email> = async ({ to }, { job }) => {
 *   console.log('to', to, 'for the', job.attempts, 'time');
 * };
 * const mails = honker.outbox('mails', deliver);
 * ```
 */
export type KyselyOutboxHandler<Payload> = (
  payload: Payload,
  context: HandlerContext & { readonly job: KyselyJob<Payload> },
) => unknown;

/**
 * Side effects that belong to a transaction: core's `Outbox`, whose `enqueue()` takes Kysely's transaction, or
 * `db`, first.
 *
 * @example
 * ```ts
 * const webhooks = honker.outbox('webhooks', async (payload: { url: string }, { signal }) => {
 *   await fetch(payload.url, { method: 'POST', signal });
 * });
 * await db.transaction().execute(async (trx) => {
 *   await trx.insertInto('orders').values({ item: 'book' }).execute();
 *   await webhooks.enqueue(trx, { url: 'https://example.com/orders' });
 * });
 * await webhooks.runWorker('process-1', { signal: AbortSignal.timeout(50) });
 * ```
 */
export interface KyselyOutbox<Payload = unknown>
  extends Pick<AsyncOutbox<Payload>, 'name' | 'runWorker'> {
  /** The queue behind it: for its dead letters and its stats. */
  readonly queue: KyselyQueue<Payload>;

  /** Adds a delivery: in a transaction, it is made when, and only when, that commits. Returns the job's id. */
  enqueue(handle: KyselyHandle, payload: Payload, options?: EnqueueOptions): Promise<number>;
}

export function kyselyOutbox<Payload>(
  outbox: AsyncOutbox<Payload>,
  connection: ExclusiveConnection,
): KyselyOutbox<Payload> {
  const queue = kyselyQueue(outbox.queue, connection);
  return {
    name: outbox.name,
    queue,
    enqueue: queue.enqueue,
    ...methodsOf(outbox, ['runWorker']),
  };
}
