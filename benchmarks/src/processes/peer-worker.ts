/**
 * Works on one of the queues that are compared, with an async handler that does nothing but look at the
 * clock, until the time is up; tells what was handled and what that, or the waiting, has cost.
 */
import { setTimeout } from 'node:timers/promises';
import { machineMs } from '../clock.js';
import { openQueue, type Place } from '../peers/open-queue.js';
import { serverCpuMs } from '../peers/server-cpu.js';
import { readTask, report, waitForStart } from './parent.js';

export interface PeerWorkerTask {
  place: Place;
  queue: string;
  concurrency: number;
  /** From the start until what it costs is measured: V8 tidies up once, some seconds after a program has begun. */
  settleMs: number;
  /** Whose CPU time is measured beside this process's. */
  serverPid?: number;
}

export interface PeerWorkerResult {
  /** Of every handler that began, in order: its job's number, and when. */
  orderIds: Float64Array;
  startedAt: Float64Array;
  /** Per cent of a core, of this process and of the server. */
  cpu: number;
  serverCpu: number;
  errors: string[];
}

const { place, queue, concurrency, settleMs, serverPid } = readTask<PeerWorkerTask>();
const orderIds: number[] = [];
const startedAt: number[] = [];
const errors: string[] = [];
let endAt = Number.POSITIVE_INFINITY;
let endEarly = () => {};
// A worker that has jobs may keep every timer waiting, that of the end included.
const isOver = new Promise<void>((resolve) => {
  endEarly = resolve;
});

const client = await openQueue(place, queue);
const worker = await client.work(
  async ({ orderId }) => {
    const now = machineMs();
    orderIds.push(orderId);
    startedAt.push(now);
    if (now >= endAt) endEarly();
  },
  { concurrency, onError: (error) => errors.push(String(error)) },
);
const period = await waitForStart();
endAt = period.endAt;
const settled = setTimeout(period.startAt + settleMs - machineMs());
await Promise.race([settled, isOver]);
const before = { own: process.cpuUsage(), server: serverOwnMs(), at: machineMs() };
await Promise.race([setTimeout(endAt - machineMs()), isOver]);
const used = process.cpuUsage(before.own);
const serverMs = serverOwnMs() - before.server;
const elapsedMs = machineMs() - before.at;
await worker.stop();
await client.close();
const result: PeerWorkerResult = {
  orderIds: Float64Array.from(orderIds),
  startedAt: Float64Array.from(startedAt),
  cpu: ((used.user + used.system) / 1000 / elapsedMs) * 100,
  serverCpu: (serverMs / elapsedMs) * 100,
  errors,
};
report(result);

function serverOwnMs(): number {
  return serverPid === undefined ? 0 : serverCpuMs(serverPid);
}
