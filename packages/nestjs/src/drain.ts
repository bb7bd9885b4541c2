import { setImmediate } from 'node:timers/promises';
import type { HonkerRuntime } from './runtime.js';

/** What became of the jobs of a drain. */
export interface Drained {
  /** How many were handled. */
  completed: number;
  /** Attempts that failed, of jobs that will be tried again. */
  failed: { id: number; queue: string; error: unknown }[];
  /** Jobs that went to dead. */
  dead: { id: number; queue: string; error: unknown }[];
}

interface JobOf {
  id: number;
  queue: string;
}

/** Runs the processors of a database until no job of their queues is ready, those included that they enqueue. */
export async function drainRuntime(runtime: HonkerRuntime): Promise<Drained> {
  const drained: Drained = { completed: 0, failed: [], dead: [] };
  const started = runtime.startWorkers();
  const listeners = {
    completed: () => {
      drained.completed++;
    },
    failed: ({ id, queue }: JobOf, error: unknown) => drained.failed.push({ id, queue, error }),
    dead: ({ id, queue }: JobOf, error: unknown) => drained.dead.push({ id, queue, error }),
  };
  const workers = runtime.queueNames.map((name) => runtime.workers.get(name));
  for (const worker of workers) {
    for (const [event, listener] of Object.entries(listeners)) worker?.on(event, listener);
  }
  const commits = runtime.background.updateEvents();
  try {
    while (await hasJobs(runtime)) await commits.next();
  } finally {
    await commits.return?.();
    await runtime.stopWorkers(started);
    await setImmediate(); // a worker that goes on tells of its last commit in this turn
    for (const worker of workers) {
      for (const [event, listener] of Object.entries(listeners)) worker?.off(event, listener);
    }
  }
  return drained;
}

async function hasJobs(runtime: HonkerRuntime): Promise<boolean> {
  for (const name of runtime.queueNames) {
    const { ready, processing } = await runtime.queue(name).stats();
    if (ready + processing > 0) return true;
  }
  return false;
}
