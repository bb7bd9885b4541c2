import type { Section } from './benchmark.js';
import { bulkEnqueue } from './benchmarks/bulk-enqueue.js';
import { claimAck } from './benchmarks/claim-ack.js';
import { claimBatch } from './benchmarks/claim-batch.js';
import { claimGrowth } from './benchmarks/claim-growth.js';
import { drizzleEnqueue } from './benchmarks/drizzle-enqueue.js';
import { eventLoop } from './benchmarks/event-loop.js';
import { extensionSize } from './benchmarks/extension-size.js';
import { flatOut } from './benchmarks/flat-out.js';
import { kyselyEnqueue } from './benchmarks/kysely-enqueue.js';
import { memory } from './benchmarks/memory.js';
import { pipeline } from './benchmarks/pipeline.js';
import { singleEnqueue } from './benchmarks/single-enqueue.js';
import { publish, replay } from './benchmarks/stream.js';
import { transactionEnqueue } from './benchmarks/transaction-enqueue.js';
import { flood, idle, idlePolling } from './benchmarks/waiting.js';
import { bareWake, handlerWake, pollingWake, streamWake } from './benchmarks/wake.js';
import { workerDrain } from './benchmarks/worker-drain.js';

/** Every benchmark, in the order of the table. */
export const sections: readonly Section[] = [
  {
    title: 'Enqueue (floor: the same rows by raw prepared statements)',
    benchmarks: [singleEnqueue, transactionEnqueue, bulkEnqueue],
  },
  {
    title:
      'Enqueue through an ORM, in its transaction (floor: the same SQL function, prepared once)',
    benchmarks: [drizzleEnqueue],
  },
  {
    title: "Enqueue through Kysely (floor: Kysely's own cheapest statement, SELECT 1)",
    benchmarks: [kyselyEnqueue],
  },
  {
    title: 'Claim and ack by hand (floor: the same, a transaction each)',
    benchmarks: [claimAck, claimBatch(32), claimBatch(128)],
  },
  {
    title: 'Worker, draining a backlog (floor: acks and the next claim in one transaction)',
    benchmarks: [
      workerDrain({ concurrency: 1, goal: 0.85 }),
      workerDrain({ concurrency: 10, goal: 0.85 }),
      workerDrain({ concurrency: 100, goal: 0.85 }),
      // 30k jobs/s where one by one without honker is 17.4k.
      workerDrain({ concurrency: 1, prefetch: 31, goal: 1.72 }),
    ],
  },
  {
    title: 'Claim + ack, one by one, beside … (floor: the same in a file that has nothing else)',
    benchmarks: [claimGrowth],
  },
  {
    title: 'Several processes on one file (floor: the same processes with raw statements)',
    benchmarks: [flatOut, pipeline],
  },
  {
    title: 'Stream (floor: the same rows by raw prepared statements)',
    benchmarks: [publish, replay],
  },
  {
    title: 'From a commit of another process, and waiting for one (floor: a look each millisecond)',
    benchmarks: [bareWake, handlerWake, streamWake, pollingWake, idle, idlePolling, flood],
  },
  {
    title: 'What it costs to have a worker (floor: the same loop with raw statements)',
    benchmarks: [eventLoop(1), eventLoop(10), eventLoop(100), memory, extensionSize],
  },
];
