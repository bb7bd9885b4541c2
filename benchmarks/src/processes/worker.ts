/**
 * Handles jobs as they come, with an async handler that does nothing but look at the clock, until the
 * time is up.
 */
import { setTimeout } from 'node:timers/promises';
import { open } from '@honker/core';
import { machineMs } from '../clock.js';
import { RawQueue } from '../floor/raw-queue.js';
import { QUEUE } from '../names.js';
import { readTask, report, waitForStart } from './parent.js';

export interface WorkerTask {
  path: string;
  side: 'honker' | 'floor';
  concurrency: number;
}

export interface WorkerResult {
  /** Jobs that were handled and acked in time. */
  completed: number;
  /** Of every handler that began, in order: its job's id, and when. */
  ids: Float64Array;
  startedAt: Float64Array;
  errors: number;
}

const task = readTask<WorkerTask>();
const ids: number[] = [];
const startedAt: number[] = [];
let completed = 0;
let errors = 0;
const onStart = async (id: number) => {
  ids.push(id);
  startedAt.push(machineMs());
};
await (task.side === 'honker' ? runHonker() : runFloor());
const result: WorkerResult = {
  completed,
  ids: Float64Array.from(ids),
  startedAt: Float64Array.from(startedAt),
  errors,
};
report(result);

async function runHonker(): Promise<void> {
  const db = open(task.path);
  const queue = db.queue(QUEUE);
  const { endAt } = await waitForStart();
  const worker = queue.work((job) => onStart(job.id), { concurrency: task.concurrency });
  worker.on('completed', () => {
    if (machineMs() <= endAt) completed++;
  });
  for (const name of ['failed', 'dead', 'lost', 'error'] as const) {
    worker.on(name, () => {
      errors++;
    });
  }
  await setTimeout(endAt - machineMs());
  await worker.stop();
  db.close();
}

/** Without honker nobody is told of a commit: it looks every millisecond, as careful programs do. */
async function runFloor(): Promise<void> {
  const queue = new RawQueue(task.path, QUEUE, `worker-${process.pid}`);
  const { endAt } = await waitForStart();
  let done: number[] = [];
  while (machineMs() < endAt) {
    try {
      if (done.length === 0 && !queue.isAnyReady()) {
        await setTimeout(1);
        continue;
      }
      const claimed = queue.transaction(() => {
        for (const id of done) queue.ack(id);
        return queue.claim(task.concurrency);
      });
      completed += done.length;
      done = [];
      await Promise.all(
        claimed.map(({ id, payload }) => {
          JSON.parse(payload);
          return onStart(id);
        }),
      );
      done = claimed.map(({ id }) => id);
    } catch {
      errors++;
    }
  }
  queue.close();
}
