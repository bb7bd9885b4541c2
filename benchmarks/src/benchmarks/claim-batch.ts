import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { ratioAtLeast } from '../measurement.js';
import { WORKER_ID } from '../names.js';
import { withPair } from '../pair.js';
import { payloadsOf } from '../payload.js';

/** A claim of `size` jobs by hand, and their acks at once: two transactions. */
export function claimBatch(size: number): Benchmark {
  const name = `claimBatch + ackBatch of ${size}`;
  return {
    name,
    run: ({ workspace, isQuick }) =>
      withPair(workspace, async ({ queue, raw }) => {
        const jobs = size * Math.ceil(3000 / size);
        const payloads = payloadsOf(jobs);
        const rates = await interleave(
          {
            honker: {
              prepare: () => queue.enqueueMany(payloads),
              slice: () => {
                for (let done = 0; done < jobs; done += size) {
                  const ids = queue.claimBatch(WORKER_ID, size).map(({ id }) => id);
                  queue.ackBatch(ids, WORKER_ID);
                }
              },
            },
            floor: {
              prepare: () => raw.enqueueMany(payloads),
              slice: () => {
                for (let done = 0; done < jobs; done += size) {
                  const claimed = raw.transaction(() => raw.claim(size));
                  for (const { payload } of claimed) JSON.parse(payload);
                  raw.transaction(() => {
                    for (const { id } of claimed) raw.ack(id);
                  });
                }
              },
            },
          },
          { slices: isQuick ? 11 : 31, jobs },
        );
        return [{ name, unit: 'jobs/s', ...rates, goal: ratioAtLeast(0.85) }];
      }),
  };
}
