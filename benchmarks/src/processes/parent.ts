import { setTimeout } from 'node:timers/promises';
import type { Period } from '../child-processes.js';
import { machineMs } from '../clock.js';

/** What this process is to do, as the benchmark gave it. */
export function readTask<Task>(): Task {
  return JSON.parse(process.argv[2] ?? '{}') as Task;
}

/** Tells the parent that this process is ready, and waits until it is time. */
export async function waitForStart(): Promise<Period> {
  const period = await new Promise<Period>((resolve) => {
    process.once('message', (message) => resolve(message as Period));
    process.send?.('ready');
  });
  await setTimeout(period.startAt - machineMs());
  return period;
}

/** The last thing that a process does. */
export function report(result: unknown): void {
  process.send?.(result, undefined, undefined, () => process.disconnect());
}
