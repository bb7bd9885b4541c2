import type { Benchmark, Context } from '../benchmark.js';
import { type Role, runTogether } from '../child-processes.js';
import { latenciesById, latenciesByTime } from '../latencies.js';
import { atMost, type Measurement } from '../measurement.js';
import { createFile } from '../pair.js';
import type { CommitterResult, CommitterTask } from '../processes/committer.js';
import type { WaiterResult, WaiterTask } from '../processes/waiter.js';
import type { WorkerResult, WorkerTask } from '../processes/worker.js';
import { quantile } from '../statistics.js';

const SECONDS = 4;

interface Wake {
  name: string;
  p50Ms: number;
  p99Ms?: number;
  what: CommitterTask['what'];
  /** Who waits, with honker and without. */
  waiting: (path: string) => Record<'honker' | 'floor', Role>;
  latencies: (committed: CommitterResult, begun: WaiterResult & WorkerResult) => Float64Array;
}

const waiter = (path: string, how: WaiterTask['how']): Role => ({
  program: 'waiter',
  task: { path, how } satisfies WaiterTask,
});
const worker = (path: string, side: WorkerTask['side']): Role => ({
  program: 'worker',
  task: { path, side, concurrency: 10 } satisfies WorkerTask,
});

/** To the callback, without anything of core's. */
export const bareWake: Benchmark = wake({
  name: 'wake, bare',
  p50Ms: 0.15,
  p99Ms: 0.6,
  what: 'job',
  waiting: (path) => ({ honker: waiter(path, 'callback'), floor: waiter(path, 'looks') }),
  latencies: latenciesByTime,
});

export const handlerWake: Benchmark = wake({
  name: 'wake, claim, handler',
  p50Ms: 0.25,
  p99Ms: 1.5,
  what: 'job',
  waiting: (path) => ({ honker: worker(path, 'honker'), floor: worker(path, 'floor') }),
  latencies: latenciesById,
});

export const streamWake: Benchmark = wake({
  name: 'wake, live event of a stream',
  p50Ms: 0.25,
  p99Ms: 1.5,
  what: 'event',
  waiting: (path) => ({ honker: waiter(path, 'stream'), floor: waiter(path, 'looks') }),
  latencies: (committed, begun) =>
    begun.ids.length > 0 ? latenciesById(committed, begun) : latenciesByTime(committed, begun),
});

export const pollingWake: Benchmark = wake({
  name: 'wake, bare, portable watcher',
  p50Ms: 1.2,
  what: 'job',
  waiting: (path) => ({ honker: waiter(path, 'polling'), floor: waiter(path, 'looks') }),
  latencies: latenciesByTime,
});

/** From the end of another process's commit to the first line that runs because of it. */
function wake(measured: Wake): Benchmark {
  const { name, p50Ms, p99Ms } = measured;
  return {
    name,
    run: async (context) => {
      const floor = await latenciesOf(measured, context, 'floor');
      const honker = await latenciesOf(measured, context, 'honker');
      const row = (label: string, part: number, goalMs: number | undefined): Measurement => ({
        name: label,
        unit: 'ms',
        honker: quantile(honker, part),
        floor: quantile(floor, part),
        ...(goalMs !== undefined && { goal: atMost(goalMs, 'ms') }),
      });
      return [row(`${name}: p50`, 0.5, p50Ms), row('  p99', 0.99, p99Ms)];
    },
  };
}

async function latenciesOf(
  { what, waiting, latencies }: Wake,
  { workspace, isQuick }: Context,
  side: 'honker' | 'floor',
): Promise<Float64Array> {
  const path = createFile(workspace);
  const [committed, begun] = (await runTogether(
    workspace,
    [{ program: 'committer', task: { path, what } satisfies CommitterTask }, waiting(path)[side]],
    (isQuick ? 2 : SECONDS) * 1000,
  )) as [CommitterResult, WaiterResult & WorkerResult];
  workspace.removeFile(path);
  return latencies(committed, begun);
}
