import type { RawJob, RawQueue } from './raw-queue.js';

type RawHandler = (payload: unknown) => Promise<void>;

/**
 * The floor of a worker: acks of one batch and the claim of the next in one transaction, the handlers
 * of a batch at once. Ends when nothing is ready.
 */
export async function drainRaw(
  queue: RawQueue,
  concurrency: number,
  handler: RawHandler,
  {
    claim = (count) => queue.claim(count),
    betweenBatches,
  }: {
    claim?: (count: number) => RawJob[];
    betweenBatches?: () => Promise<void>;
  } = {},
): Promise<void> {
  let jobs = queue.transaction(() => claim(concurrency));
  while (jobs.length > 0) {
    await Promise.all(jobs.map((job) => handler(JSON.parse(job.payload))));
    const done = jobs;
    jobs = queue.transaction(() => {
      for (const { id } of done) queue.ack(id);
      return claim(concurrency);
    });
    if (betweenBatches !== undefined) await betweenBatches();
  }
}
