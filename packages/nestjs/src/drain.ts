import { setImmediate } from 'node:timers/promises';
import type { BuriedJob, Job } from '@honker/core';
import type { Drained } from '@honker/core/testing';
import type { HonkerRuntime } from './runtime.js';

/** Runs the processors of a database until no job of their queues is ready, those included that they enqueue. */
export async function drainRuntime(runtime: HonkerRuntime): Promise<Drained<Job<unknown>>> {
  const drained: Drained<Job<unknown>> = { completed: [], failed: [], dead: [] };
  const failed = new AbortController();
  const listeners = {
    completed: (job: Job<unknown>) => drained.completed.push(job),
    failed: (job: Job<unknown>, error: unknown, delayS: number) =>
      drained.failed.push({ job, error, delayS }),
    dead: (job: BuriedJob<unknown>, error: unknown) => drained.dead.push({ job, error }),
    error: (error: Error) => failed.abort(error),
  };
  const commits = runtime.background.updateEvents({ signal: failed.signal });
  const started = runtime.startWorkers();
  const workers = runtime.queueNames.map((name) => runtime.workers.get(name));
  for (const worker of workers) {
    for (const [event, listener] of Object.entries(listeners)) worker?.on(event, listener);
  }
  try {
    while (!failed.signal.aborted && (await hasJobs(runtime))) await commits.next();
  } finally {
    await commits.return?.();
    await runtime.stopWorkers(started);
    await setImmediate(); // a worker that goes on tells of its last commit in this turn
    for (const worker of workers) {
      for (const [event, listener] of Object.entries(listeners)) worker?.off(event, listener);
    }
  }
  failed.signal.throwIfAborted();
  return drained;
}

async function hasJobs(runtime: HonkerRuntime): Promise<boolean> {
  for (const name of runtime.queueNames) {
    const { ready, processing } = await runtime.queue(name).stats();
    if (ready + processing > 0) return true;
  }
  return false;
}
