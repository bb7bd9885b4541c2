import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { machineMs } from './clock.js';
import type { Workspace } from './workspace.js';

/** One process of a benchmark: its program in processes/, and what it is to do. */
export interface Role {
  program:
    | 'producer'
    | 'worker'
    | 'drainer'
    | 'committer'
    | 'waiter'
    | 'peer-producer'
    | 'peer-worker';
  task: object;
}

/** When all of them begin and end, on the machine's clock. */
export interface Period {
  startAt: number;
  endAt: number;
}

/** For all of them to hear when it begins. */
const HEAD_START_MS = 100;

/**
 * Starts the processes, lets them all get ready, has them work at the same time for `durationMs`,
 * and resolves with what each of them reports, in their order.
 */
export async function runTogether(
  workspace: Workspace,
  roles: readonly Role[],
  durationMs: number,
): Promise<unknown[]> {
  const children = roles.map(({ program, task }) => start(workspace, program, task));
  try {
    await Promise.all(children.map(nextMessage));
    const startAt = machineMs() + HEAD_START_MS;
    const period: Period = { startAt, endAt: startAt + durationMs };
    return await Promise.all(
      children.map(async (child) => {
        const ended = once(child, 'exit');
        child.send(period);
        const result = await nextMessage(child);
        await ended;
        return result;
      }),
    );
  } catch (error) {
    // Those that are ready would wait for their start for ever.
    for (const child of children) child.kill('SIGKILL');
    throw error;
  }
}

function start(workspace: Workspace, program: Role['program'], task: object): ChildProcess {
  const path = fileURLToPath(new URL(`processes/${program}.js`, import.meta.url));
  // "advanced" carries typed arrays as they are.
  const child = fork(path, [JSON.stringify(task)], { serialization: 'advanced' });
  workspace.adopt(child);
  return child;
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) =>
      reject(new Error(`a process of the benchmark ended with ${code} before it had reported`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
