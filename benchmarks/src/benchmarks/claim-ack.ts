import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { ratioAtLeast } from '../measurement.js';
import { WORKER_ID } from '../names.js';
import { withPair } from '../pair.js';
import { payloadsOf } from '../payload.js';

const NAME = 'claim + ack by hand, one by one';

export const claimAck: Benchmark = {
  name: NAME,
  run: ({ workspace, isQuick }) =>
    withPair(workspace, async ({ queue, raw }) => {
      const jobs = 500;
      const payloads = payloadsOf(jobs);
      const rates = await interleave(
        {
          honker: {
            prepare: () => queue.enqueueMany(payloads),
            slice: () => {
              for (let job = queue.claimOne(WORKER_ID); job; job = queue.claimOne(WORKER_ID)) {
                job.ack();
              }
            },
          },
          floor: {
            prepare: () => raw.enqueueMany(payloads),
            slice: () => {
              for (;;) {
                const [job] = raw.transaction(() => raw.claim(1));
                if (job === undefined) return;
                JSON.parse(job.payload);
                raw.ack(job.id);
              }
            },
          },
        },
        { slices: isQuick ? 11 : 31, jobs },
      );
      return [{ name: NAME, unit: 'jobs/s', ...rates, goal: ratioAtLeast(0.85) }];
    }),
};
