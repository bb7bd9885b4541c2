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
        const rates = await interleave(
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
          },
          { slices: isQuick ? 9 : 25, jobs },
        );
        return [{ name, unit: 'jobs/s', ...rates, goal: ratioAtLeast(goal) }];
      }),
  };
}
