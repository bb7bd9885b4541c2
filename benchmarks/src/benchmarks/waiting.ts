import type { Benchmark, Context } from '../benchmark.js';
import { type Role, runTogether } from '../child-processes.js';
import { atMost } from '../measurement.js';
import { createFile } from '../pair.js';
import type { CommitterTask } from '../processes/committer.js';
import type { WaiterResult, WaiterTask } from '../processes/waiter.js';

/** What waiting costs while nothing is committed, and while another process commits all the time. */
interface Waiting {
  name: string;
  how: WaiterTask['how'];
  /** Per cent of a core. */
  goal: number;
  settleS: number;
  measuredS: number;
  /** Of another process. */
  commitsPerS?: number;
}

export const idle: Benchmark = waiting({
  name: 'idle: worker, listener, scheduler',
  how: 'all',
  goal: 0.1,
  settleS: 12,
  measuredS: 15,
});

export const idlePolling: Benchmark = waiting({
  name: 'idle: portable watcher alone',
  how: 'polling',
  goal: 1,
  settleS: 17,
  measuredS: 5,
});

export const flood: Benchmark = waiting({
  name: 'wakes under 5,000 commits/s',
  how: 'callback',
  goal: 10,
  settleS: 1,
  measuredS: 4,
  commitsPerS: 5000,
});

/** Without honker: a program that asks SQLite each millisecond, which is no less at any moment. */
const FLOOR = { how: 'looks', settleS: 1, measuredS: 3 } as const;

function waiting(measured: Waiting): Benchmark {
  const { name, goal, commitsPerS } = measured;
  return {
    name,
    run: async (context) => {
      const floor = await measure(context, { ...measured, ...FLOOR });
      const honker = await measure(context, measured);
      const wakes = Math.round(honker.wakesPerS).toLocaleString('en');
      return [
        {
          name,
          unit: '%',
          honker: honker.cpu,
          floor: floor.cpu,
          goal: atMost(goal, '%'),
          note: commitsPerS === undefined ? '' : `${wakes} wakes/s`,
        },
      ];
    },
  };
}

async function measure(
  { workspace, isQuick }: Context,
  { how, settleS, measuredS, commitsPerS }: Waiting,
): Promise<{ cpu: number; wakesPerS: number }> {
  const path = createFile(workspace);
  const seconds = settleS + (isQuick ? measuredS / 2 : measuredS);
  const task: WaiterTask = { path, how, settleMs: settleS * 1000 };
  const roles: Role[] = [{ program: 'waiter', task }];
  if (commitsPerS !== undefined) {
    const flooding: CommitterTask = { path, what: 'job', perS: commitsPerS };
    roles.push({ program: 'committer', task: flooding });
  }
  const [result] = await runTogether(workspace, roles, seconds * 1000);
  workspace.removeFile(path);
  const { cpu, startedAt } = result as WaiterResult;
  return { cpu, wakesPerS: startedAt.length / seconds };
}
