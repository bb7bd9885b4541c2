import { runTogether } from '../child-processes.js';
import type { PeerWorkerResult, PeerWorkerTask } from '../processes/peer-worker.js';
import { openQueue } from './open-queue.js';
import { attempt, isFailure, type PeerBenchmark } from './peer-benchmark.js';

const QUEUE = 'idle';
const NAME = 'idle: worker and its server';
const SETTLE_S = 12;

type Used = Pick<PeerWorkerResult, 'cpu' | 'serverCpu'>;

/** What a worker costs that waits, all of them at the same time: they have nothing to disturb each other with. */
export const idling: PeerBenchmark = {
  name: NAME,
  run: async ({ workspace, contestants, isQuick }) => {
    const measuredS = isQuick ? 5 : 12;
    const outcomes = await Promise.all(
      contestants.map(({ place, serverPid }) =>
        attempt(async () => {
          const client = await openQueue(place, QUEUE);
          await client.close();
          const task: PeerWorkerTask = {
            place,
            queue: QUEUE,
            concurrency: 1,
            settleMs: SETTLE_S * 1000,
            ...(serverPid !== undefined && { serverPid }),
          };
          const [result] = await runTogether(
            workspace,
            [{ program: 'peer-worker', task }],
            (SETTLE_S + measuredS) * 1000,
          );
          const { cpu, serverCpu } = result as PeerWorkerResult;
          if (Number.isNaN(serverCpu)) throw new Error("no /proc tells the server's CPU time");
          return { cpu, serverCpu };
        }),
      ),
    );
    const row = (name: string, of: (used: Used) => number) => ({
      name,
      unit: '%' as const,
      cells: outcomes.map((each) => (isFailure(each) ? each : of(each))),
    });
    return [
      row(NAME, ({ cpu, serverCpu }) => cpu + serverCpu),
      row('  of that the server', ({ serverCpu }) => serverCpu),
    ];
  },
};
