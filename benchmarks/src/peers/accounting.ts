import type { PeerWorkerResult } from '../processes/peer-worker.js';
import { openQueue, type Place } from './open-queue.js';

/** Throws unless every job that was enqueued was handled once or is still there, and nothing went wrong. */
export async function requireAllAccountedFor(
  place: Place,
  queue: string,
  enqueued: number,
  workers: readonly Pick<PeerWorkerResult, 'orderIds' | 'errors'>[],
): Promise<void> {
  const [error] = workers.flatMap(({ errors }) => errors);
  if (error !== undefined) throw new Error(error);
  const orderIds = workers.flatMap((worker) => [...worker.orderIds]);
  const repeats = orderIds.length - new Set(orderIds).size;
  if (repeats > 0) throw new Error(`${repeats} jobs were handled twice`);
  const client = await openQueue(place, queue);
  const left = await client.countLeft();
  await client.close();
  if (orderIds.length + left !== enqueued) {
    throw new Error(`of ${enqueued} jobs ${orderIds.length} were handled, ${left} are left`);
  }
}
