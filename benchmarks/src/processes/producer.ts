/**
 * Enqueues a job a transaction, as fast as it can, until the time is up.
 */
import { open } from '@honker/core';
import { machineMs } from '../clock.js';
import { RawQueue } from '../floor/raw-queue.js';
import { QUEUE } from '../names.js';
import { payloadOf } from '../payload.js';
import { readTask, report, waitForStart } from './parent.js';

export interface ProducerTask {
  path: string;
  side: 'honker' | 'floor';
}

export interface ProducerResult {
  /** Of the jobs, in their order: the id of each, and when its transaction had been committed. */
  ids: Float64Array;
  committedAt: Float64Array;
  worstMs: number;
  errors: number;
}

const { path, side } = readTask<ProducerTask>();
const target =
  side === 'honker'
    ? open(path).queue(QUEUE)
    : new RawQueue(path, QUEUE, `producer-${process.pid}`);

const { endAt } = await waitForStart();
const ids: number[] = [];
const committedAt: number[] = [];
let worstMs = 0;
let errors = 0;
for (let before = machineMs(); before < endAt; ) {
  try {
    ids.push(target.enqueue(payloadOf(ids.length)));
    committedAt.push(machineMs());
  } catch {
    errors++;
  }
  const after = machineMs();
  worstMs = Math.max(worstMs, after - before);
  before = after;
}
const result: ProducerResult = {
  ids: Float64Array.from(ids),
  committedAt: Float64Array.from(committedAt),
  worstMs,
  errors,
};
report(result);
