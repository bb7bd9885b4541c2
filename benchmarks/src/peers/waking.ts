import { runTogether } from '../child-processes.js';
import type { PeerProducerResult, PeerProducerTask } from '../processes/peer-producer.js';
import type { PeerWorkerResult, PeerWorkerTask } from '../processes/peer-worker.js';
import { quantile } from '../statistics.js';
import type { Workspace } from '../workspace.js';
import { requireAllAccountedFor } from './accounting.js';
import type { Contestant } from './contestants.js';
import { openQueue } from './open-queue.js';
import { attempt, type Failure, isFailure, type PeerBenchmark } from './peer-benchmark.js';

const QUEUE = 'wake';
const NAME = 'call of enqueue to handler';

/** From the moment that another process calls enqueue to the handler's first line, 5 to 15 ms apart. */
export const waking: PeerBenchmark = {
  name: NAME,
  run: async ({ workspace, contestants, isQuick }) => {
    const outcomes: (Float64Array | Failure)[] = [];
    for (const contestant of contestants) {
      outcomes.push(await attempt(() => measure(workspace, contestant, isQuick ? 3 : 5)));
    }
    const row = (name: string, part: number) => ({
      name,
      unit: 'ms' as const,
      cells: outcomes.map((each) => (isFailure(each) ? each : quantile(each, part))),
    });
    return [row(`${NAME}: p50`, 0.5), row('  p99', 0.99)];
  },
};

async function measure(
  workspace: Workspace,
  { place }: Contestant,
  seconds: number,
): Promise<Float64Array> {
  const client = await openQueue(place, QUEUE);
  await client.close();
  const producing: PeerProducerTask = { place, queue: QUEUE, firstOrderId: 0, isPausing: true };
  const working: PeerWorkerTask = { place, queue: QUEUE, concurrency: 1, settleMs: 0 };
  const [produced, worked] = (await runTogether(
    workspace,
    [
      { program: 'peer-producer', task: producing },
      { program: 'peer-worker', task: working },
    ],
    seconds * 1000,
  )) as [PeerProducerResult, PeerWorkerResult];
  await requireAllAccountedFor(place, QUEUE, produced.calledAt.length, [worked]);
  if (worked.startedAt.length === 0) throw new Error(`nothing was handled within ${seconds} s`);
  return worked.startedAt.map((startedAt, index) => {
    const orderId = worked.orderIds[index] ?? Number.NaN;
    return startedAt - (produced.calledAt[orderId] ?? Number.NaN);
  });
}
