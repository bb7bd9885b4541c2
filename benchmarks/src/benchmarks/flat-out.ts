import type { Benchmark, Context } from '../benchmark.js';
import { type Role, runTogether } from '../child-processes.js';
import { atLeast, atMost, ratioAtLeast } from '../measurement.js';
import { createFile } from '../pair.js';
import type { ProducerResult, ProducerTask } from '../processes/producer.js';
import type { WorkerResult, WorkerTask } from '../processes/worker.js';
import { sum } from '../statistics.js';

const CONCURRENCY = 10;

interface Outcome {
  enqueuedPerS: number;
  completedPerS: number;
  slowestToFastest: number;
  worstEnqueueMs: number;
  errors: number;
}

/** Two producers and two workers, each in a process of its own, none of them ever pausing. */
export const flatOut: Benchmark = {
  name: '2 producers + 2 workers, flat out',
  run: async (context) => {
    const floor = await run(context, 'floor');
    const honker = await run(context, 'honker');
    const both = <Name extends keyof Outcome>(name: Name) => ({
      honker: honker[name],
      floor: floor[name],
    });
    return [
      {
        name: '2 producers + 2 workers: enqueued',
        unit: 'jobs/s',
        ...both('enqueuedPerS'),
        goal: ratioAtLeast(0.85),
      },
      {
        name: '  completed',
        unit: 'jobs/s',
        ...both('completedPerS'),
        goal: ratioAtLeast(0.85),
      },
      {
        name: '  slowest producer / fastest',
        unit: '',
        ...both('slowestToFastest'),
        goal: atLeast(0.5, ''),
      },
      { name: '  worst enqueue', unit: 'ms', ...both('worstEnqueueMs'), goal: atMost(11, 'ms') },
      { name: '  errors', unit: '', ...both('errors'), goal: atMost(0, '') },
    ];
  },
};

async function run({ workspace, isQuick }: Context, side: 'honker' | 'floor'): Promise<Outcome> {
  const seconds = isQuick ? 5 : 15;
  const path = createFile(workspace);
  const producer: Role = { program: 'producer', task: { path, side } satisfies ProducerTask };
  const worker: Role = {
    program: 'worker',
    task: { path, side, concurrency: CONCURRENCY } satisfies WorkerTask,
  };
  const results = await runTogether(
    workspace,
    [producer, producer, worker, worker],
    seconds * 1000,
  );
  workspace.removeFile(path);
  const producers = results.slice(0, 2) as ProducerResult[];
  const workers = results.slice(2) as WorkerResult[];
  const enqueued = producers.map(({ ids }) => ids.length);
  return {
    enqueuedPerS: sum(enqueued) / seconds,
    completedPerS: sum(workers.map(({ completed }) => completed)) / seconds,
    slowestToFastest: Math.min(...enqueued) / Math.max(...enqueued),
    worstEnqueueMs: Math.max(...producers.map(({ worstMs }) => worstMs)),
    errors: sum([...producers, ...workers].map(({ errors }) => errors)),
  };
}
