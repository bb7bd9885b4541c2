/**
 * Enqueues job after job into one of the queues that are compared, each when the one before has been
 * enqueued, flat out or with pauses, until the time is up.
 */
import { setTimeout } from 'node:timers/promises';
import { machineMs } from '../clock.js';
import { payloadOf } from '../payload.js';
import { openQueue, type Place } from '../peers/open-queue.js';
import { readTask, report, waitForStart } from './parent.js';

export interface PeerProducerTask {
  place: Place;
  queue: string;
  /** The number of its first job: no two producers have one in common. */
  firstOrderId: number;
  /** 5 to 15 ms between two jobs. */
  isPausing: boolean;
}

export interface PeerProducerResult {
  /** Of the jobs, in their order: when the call that enqueued it began. */
  calledAt: Float64Array;
  worstMs: number;
  /** When its time was up. */
  endAt: number;
}

const { place, queue, firstOrderId, isPausing } = readTask<PeerProducerTask>();
const client = await openQueue(place, queue);
const { endAt } = await waitForStart();
const calledAt: number[] = [];
let worstMs = 0;
for (let before = machineMs(); before < endAt; before = machineMs()) {
  await client.enqueue(payloadOf(firstOrderId + calledAt.length));
  worstMs = Math.max(worstMs, machineMs() - before);
  calledAt.push(before);
  if (isPausing) await setTimeout(5 + 10 * Math.random());
}
await client.close();
const result: PeerProducerResult = { calledAt: Float64Array.from(calledAt), worstMs, endAt };
report(result);
