import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { ratioAtLeast } from '../measurement.js';
import { withPair } from '../pair.js';
import { payloadOf } from '../payload.js';

const NAME = 'enqueue, one by one';

export const singleEnqueue: Benchmark = {
  name: NAME,
  run: ({ workspace, isQuick }) =>
    withPair(workspace, async ({ queue, raw }) => {
      const jobs = 1000;
      const rates = await interleave(
        {
          honker: {
            slice: () => {
              for (let i = 0; i < jobs; i++) queue.enqueue(payloadOf(i));
            },
          },
          floor: {
            slice: () => {
              for (let i = 0; i < jobs; i++) raw.enqueue(payloadOf(i));
            },
          },
        },
        { slices: isQuick ? 15 : 41, jobs },
      );
      return [{ name: NAME, unit: 'jobs/s', ...rates, goal: ratioAtLeast(0.85) }];
    }),
};
