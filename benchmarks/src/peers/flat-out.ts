import { runTogether } from '../child-processes.js';
import type { PeerProducerResult, PeerProducerTask } from '../processes/peer-producer.js';
import type { PeerWorkerResult, PeerWorkerTask } from '../processes/peer-worker.js';
import { sum } from '../statistics.js';
import type { Workspace } from '../workspace.js';
import { requireAllAccountedFor } from './accounting.js';
import type { Contestant } from './contestants.js';
import { openQueue } from './open-queue.js';
import { attempt, type Failure, isFailure, type PeerBenchmark } from './peer-benchmark.js';

const QUEUE = 'flat-out';
const CONCURRENCY = 10;
/** The second producer's jobs are numbered from here on. */
const SECOND_FROM = 1e9;

interface Outcome {
  enqueuedPerS: number;
  handledPerS: number;
  worstEnqueueMs: number;
}

/** Two producers and two workers, each in a process of its own, none of them ever pausing. */
export const flatOut: PeerBenchmark = {
  name: '2 producers + 2 workers, flat out',
  run: async ({ workspace, contestants, isQuick }) => {
    const outcomes: (Outcome | Failure)[] = [];
    for (const contestant of contestants) {
      outcomes.push(await attempt(() => measure(workspace, contestant, isQuick ? 3 : 6)));
    }
    const cells = (of: (outcome: Outcome) => number) =>
      outcomes.map((each) => (isFailure(each) ? each : of(each)));
    return [
      {
        name: '2 producers + 2 workers: enqueued',
        unit: 'jobs/s',
        cells: cells(({ enqueuedPerS }) => enqueuedPerS),
      },
      { name: '  handled', unit: 'jobs/s', cells: cells(({ handledPerS }) => handledPerS) },
      { name: '  worst enqueue', unit: 'ms', cells: cells(({ worstEnqueueMs }) => worstEnqueueMs) },
    ];
  },
};

async function measure(
  workspace: Workspace,
  { place }: Contestant,
  seconds: number,
): Promise<Outcome> {
  const client = await openQueue(place, QUEUE);
  await client.close();
  const producer = (firstOrderId: number) => {
    const task: PeerProducerTask = { place, queue: QUEUE, firstOrderId, isPausing: false };
    return { program: 'peer-producer' as const, task };
  };
  const task: PeerWorkerTask = { place, queue: QUEUE, concurrency: CONCURRENCY, settleMs: 0 };
  const worker = { program: 'peer-worker' as const, task };
  const results = await runTogether(
    workspace,
    [producer(0), producer(SECOND_FROM), worker, worker],
    seconds * 1000,
  );
  const producers = results.slice(0, 2) as PeerProducerResult[];
  const workers = results.slice(2) as PeerWorkerResult[];
  const endAt = Math.max(...producers.map(({ endAt: end }) => end));
  const inTime = (moments: Float64Array) => moments.filter((each) => each <= endAt).length;
  const enqueued = sum(producers.map(({ calledAt }) => calledAt.length));
  await requireAllAccountedFor(place, QUEUE, enqueued, workers);
  return {
    enqueuedPerS: enqueued / seconds,
    handledPerS: sum(workers.map(({ startedAt }) => inTime(startedAt))) / seconds,
    worstEnqueueMs: Math.max(...producers.map(({ worstMs }) => worstMs)),
  };
}
