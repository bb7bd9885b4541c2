import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { ratioAtLeast } from '../measurement.js';
import { withPair } from '../pair.js';
import { payloadsOf } from '../payload.js';

const NAME = 'enqueueMany, 10,000';

export const bulkEnqueue: Benchmark = {
  name: NAME,
  run: ({ workspace, isQuick }) =>
    withPair(workspace, async ({ queue, raw }) => {
      const payloads = payloadsOf(10_000);
      const { honker, floor, tuned } = await interleave(
        {
          honker: {
            slice: () => {
              queue.enqueueMany(payloads);
            },
          },
          floor: { slice: () => raw.enqueueMany(payloads) },
          tuned: { slice: () => raw.enqueueManyTuned(payloads) },
        },
        { slices: isQuick ? 11 : 31, jobs: payloads.length },
      );
      const note = `json_each, which tells no ids: ${Math.round(tuned).toLocaleString('en')} jobs/s`;
      return [{ name: NAME, unit: 'jobs/s', honker, floor, goal: ratioAtLeast(1), note }];
    }),
};
