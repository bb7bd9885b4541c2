/**
 * Commits one thing after another until the time is up: 5 to 15 ms apart, or so many a second.
 */
import { setTimeout } from 'node:timers/promises';
import { open } from '@honker/core';
import { machineMs } from '../clock.js';
import { QUEUE } from '../names.js';
import { payloadOf } from '../payload.js';
import { readTask, report, waitForStart } from './parent.js';

export interface CommitterTask {
  path: string;
  what: 'job' | 'event';
  /** Instead of pauses. */
  perS?: number;
}

export interface CommitterResult {
  /** The job's id or the event's offset, and when its transaction had been committed. */
  ids: Float64Array;
  committedAt: Float64Array;
}

/** So long before the end it stops, for the last commit to be noticed in time, too. */
const TAIL_MS = 100;

const { path, what, perS } = readTask<CommitterTask>();
const db = open(path);
const queue = db.queue(QUEUE);
const stream = db.stream(QUEUE);
const commit = (number: number): number =>
  what === 'job' ? queue.enqueue(payloadOf(number)) : stream.publish(payloadOf(number));

const { startAt, endAt } = await waitForStart();
const ids: number[] = [];
const committedAt: number[] = [];
while (machineMs() < endAt - TAIL_MS) {
  if (perS === undefined) await setTimeout(5 + 10 * Math.random());
  else if (ids.length > ((machineMs() - startAt) / 1000) * perS) continue;
  ids.push(commit(ids.length));
  committedAt.push(machineMs());
}
db.close();
const result: CommitterResult = {
  ids: Float64Array.from(ids),
  committedAt: Float64Array.from(committedAt),
};
report(result);
