import type { Benchmark } from '../benchmark.js';
import { drain } from '../drain.js';
import { drainRaw } from '../floor/raw-drain.js';
import { interleave } from '../interleave.js';
import { ratioAtLeast } from '../measurement.js';
import { withPair } from '../pair.js';
import { payloadsOf } from '../payload.js';

interface Drain {
  concurrency: number;
  prefetch?: number;
  goal: number;
}

/** From the start of a worker to the last ack of a backlog, with an async handler that does nothing. */
export function workerDrain({ concurrency, prefetch = 0, goal }: Drain): Benchmark {
  const name = `worker, concurrency ${concurrency}${prefetch > 0 ? `, prefetch ${prefetch}` : ''}`;
  return {
    name,
    run: ({ workspace, isQuick }) =>
      withPair(workspace, async ({ queue, raw }) => {
        const jobs = concurrency + prefetch === 1 ? 1500 : 5000;
        const payloads = payloadsOf(jobs);
        let stop = async () => {};
        const { honker, floor, tuned } = await interleave(
          {
            honker: {
              prepare: () => queue.enqueueMany(payloads),
              slice: async () => {
                stop = await drain(queue, jobs, { concurrency, prefetch });
              },
              cleanUp: () => stop(),
            },
            floor: {
              prepare: () => raw.enqueueMany(payloads),
              slice: async () => {
                await drainRaw(raw, concurrency, async () => {});
              },
            },
            tuned: {
              prepare: () => raw.enqueueMany(payloads),
              slice: async () => {
                const claim = (count: number) => raw.claimTuned(count);
                await drainRaw(raw, concurrency, async () => {}, { claim });
              },
            },
          },
          { slices: isQuick ? 9 : 25, jobs },
        );
        const note = `hand-tuned raw statements: ${Math.round(tuned).toLocaleString('en')} jobs/s`;
        return [{ name, unit: 'jobs/s', honker, floor, goal: ratioAtLeast(goal), note }];
      }),
  };
}
