/** Drains a backlog in a fresh process and reports how much memory that took. */
import { drain } from '../drain.js';
import { drainRaw } from '../floor/raw-drain.js';
import { RawQueue } from '../floor/raw-queue.js';
import { QUEUE } from '../names.js';
import { readTask, report, waitForStart } from './parent.js';

export interface DrainerTask {
  path: string;
  side: 'honker' | 'floor';
  jobs: number;
  concurrency: number;
}

export interface DrainerResult {
  /** Bytes of resident memory, when the last job was acked. */
  rss: number;
}

const task = readTask<DrainerTask>();
await waitForStart();
await (task.side === 'honker' ? drainHonker() : drainFloor());

async function drainHonker(): Promise<void> {
  // Not above: its modules are part of what honker costs.
  const { open } = await import('@honker/core');
  const db = open(task.path);
  const stop = await drain(db.queue(QUEUE), task.jobs, { concurrency: task.concurrency });
  const rss = process.memoryUsage.rss();
  await stop();
  db.close();
  report({ rss } satisfies DrainerResult);
}

async function drainFloor(): Promise<void> {
  const queue = new RawQueue(task.path, QUEUE);
  await drainRaw(queue, task.concurrency, async () => {});
  const rss = process.memoryUsage.rss();
  queue.close();
  report({ rss } satisfies DrainerResult);
}
