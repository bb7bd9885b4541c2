import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { ratioAtLeast } from '../measurement.js';
import { withPair } from '../pair.js';
import { payloadOf } from '../payload.js';

const NAME = 'enqueue, 100 in a transaction';
const JOBS_A_TRANSACTION = 100;

export const transactionEnqueue: Benchmark = {
  name: NAME,
  run: ({ workspace, isQuick }) =>
    withPair(workspace, async ({ db, queue, raw }) => {
      const transactions = 50;
      const rates = await interleave(
        {
          honker: {
            slice: () => {
              for (let i = 0; i < transactions; i++) {
                db.transaction((tx) => {
                  for (let j = 0; j < JOBS_A_TRANSACTION; j++) queue.enqueueTx(tx, payloadOf(j));
                });
              }
            },
          },
          floor: {
            slice: () => {
              for (let i = 0; i < transactions; i++) {
                raw.transaction(() => {
                  for (let j = 0; j < JOBS_A_TRANSACTION; j++) raw.enqueue(payloadOf(j));
                });
              }
            },
          },
        },
        { slices: isQuick ? 15 : 41, jobs: transactions * JOBS_A_TRANSACTION },
      );
      return [{ name: NAME, unit: 'jobs/s', ...rates, goal: ratioAtLeast(0.85) }];
    }),
};
