import type { Benchmark, Context } from '../benchmark.js';
import { runTogether } from '../child-processes.js';
import { latenciesById } from '../latencies.js';
import { atLeast, atMost } from '../measurement.js';
import { createFile } from '../pair.js';
import type { ProducerResult, ProducerTask } from '../processes/producer.js';
import type { WorkerResult, WorkerTask } from '../processes/worker.js';
import { quantile } from '../statistics.js';

const SECONDS = 5;
const CONCURRENCY = 100;

interface Outcome {
  jobsPerS: number;
  p50Ms: number;
  p99Ms: number;
}

/** A producer that commits job after job, and a worker in another process that keeps up or doesn't. */
export const pipeline: Benchmark = {
  name: '1 producer + 1 worker',
  run: async (context) => {
    const floor = await run(context, 'floor');
    const honker = await run(context, 'honker');
    return [
      {
        name: '1 producer + 1 worker: completed',
        unit: 'jobs/s',
        honker: honker.jobsPerS,
        floor: floor.jobsPerS,
        goal: atLeast(30_000, 'jobs/s'),
      },
      {
        name: '  commit to handler, p99',
        unit: 'ms',
        honker: honker.p99Ms,
        floor: floor.p99Ms,
        goal: atMost(10, 'ms'),
        note: `p50 ${honker.p50Ms.toFixed(2)} ms, floor ${floor.p50Ms.toFixed(2)} ms`,
      },
    ];
  },
};

async function run({ workspace }: Context, side: 'honker' | 'floor'): Promise<Outcome> {
  const path = createFile(workspace);
  const [produced, worked] = (await runTogether(
    workspace,
    [
      { program: 'producer', task: { path, side } satisfies ProducerTask },
      { program: 'worker', task: { path, side, concurrency: CONCURRENCY } satisfies WorkerTask },
    ],
    SECONDS * 1000,
  )) as [ProducerResult, WorkerResult];
  workspace.removeFile(path);
  const latencies = latenciesById(produced, worked);
  return {
    jobsPerS: worked.completed / SECONDS,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}
