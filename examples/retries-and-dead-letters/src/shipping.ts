import { FailError, RetryError, type Worker } from '@honker/core';
import { retryAfterS } from './retry-after.js';
import { getOrder, type Shop, saveParcel } from './shop.js';

/** Has the carrier send a parcel for each job. */
export function shipOrders(shop: Shop, carrierUrl: string): Worker<{ orderId: number }> {
  return shop.shipments.work(
    async (job, { signal }) => {
      const { id, customer, postcode } = getOrder(shop, job.payload.orderId);
      const response = await fetch(carrierUrl, {
        method: 'POST',
        // The order's, since a job that is requeued has a new id.
        headers: { 'idempotency-key': `order-${id}` },
        body: JSON.stringify({ customer, postcode }),
        signal, // fires after timeoutS
      });
      if (!response.ok) throw await toError(response);
      const { parcel } = (await response.json()) as { parcel: string };
      saveParcel(shop, id, parcel);
    },
    {
      concurrency: 4,
      timeoutS: 1, // 30 would be usual, and the default backoff: here both are short, to be watched
      backoff: (attempts) => attempts,
    },
  );
}

/** What an answer means for the job: when it is tried again, or that it isn't. */
async function toError(response: Response): Promise<Error> {
  const message = `${response.status} ${await response.text()}`;
  const delayS = retryAfterS(response);
  if (delayS !== undefined) return new RetryError(message, { delayS }); // they say when
  if (response.status >= 500) return new Error(message); // after the backoff, as any error
  return new FailError(message); // they would say the same to the same request
}
