import { setImmediate } from 'node:timers/promises';
import { type Database, open, type Queue } from '@honker/core';
import type { Benchmark, Context } from '../benchmark.js';
import { type Crowd, fill } from '../crowd.js';
import { type Goal, type Measurement, ratioAtMost } from '../measurement.js';
import { QUEUE, WORKER_ID } from '../names.js';
import { createFile } from '../pair.js';
import { type Payload, payloadOf } from '../payload.js';
import { quantile } from '../statistics.js';

const NOBODY: Crowd = { delayed: 0, inFlight: 0, ready: 0, otherQueues: 0 };

interface Case {
  name: string;
  db: Database;
  queue: Queue<Payload>;
  /** Microseconds of each claim + ack. */
  samples: number[];
  goal?: Goal;
}

/** The cost of a claim must not depend on what else is in the file. */
export const claimGrowth: Benchmark = {
  name: 'claim growth',
  run: async (context) => {
    const cases: Case[] = [];
    try {
      for (const [name, crowd] of crowds(context)) {
        cases.push(await makeCase(context, name, crowd));
      }
      await measure(cases, context.isQuick ? 20 : 50);
      return report(cases);
    } finally {
      for (const { db } of cases) {
        db.close();
        context.workspace.removeFile(db.path);
      }
    }
  },
};

function crowds({ isQuick }: Context): [name: string, crowd: Crowd][] {
  const part = isQuick ? 0.1 : 1;
  const delayed = 1_000_000 * part;
  const inFlight = 100_000 * part;
  const ready = 1_000_000 * part;
  const otherQueues = 100 * part;
  return [
    ['nothing', NOBODY],
    [`${delayed.toLocaleString('en')} delayed, more urgent`, { ...NOBODY, delayed }],
    [`${inFlight.toLocaleString('en')} in flight`, { ...NOBODY, inFlight }],
    [`${ready.toLocaleString('en')} ready`, { ...NOBODY, ready }],
    [`${otherQueues} queues of 1,000`, { ...NOBODY, otherQueues }],
    ['all of these', { delayed, inFlight, ready, otherQueues }],
  ];
}

async function makeCase({ workspace }: Context, name: string, crowd: Crowd): Promise<Case> {
  const path = createFile(workspace);
  fill(path, QUEUE, payloadOf(0), crowd);
  await setImmediate(); // lets Ctrl-C through
  const db = open(path);
  const made = { name, db, queue: db.queue<Payload>(QUEUE), samples: [] };
  return crowd === NOBODY ? made : { ...made, goal: ratioAtMost(1.5) };
}

const CLAIMS_A_SLICE = 40;

/** The files take turns; the first slices only warm up. */
async function measure(cases: readonly Case[], slices: number): Promise<void> {
  for (let slice = -2; slice < slices; slice++) {
    for (const { queue, samples } of cases) {
      for (let i = 0; i < CLAIMS_A_SLICE; i++) {
        queue.enqueue(payloadOf(i)); // so that there always is one, whatever the crowd
        const startedAt = performance.now();
        const isAcked = queue.claimOne(WORKER_ID)?.ack();
        const us = (performance.now() - startedAt) * 1000;
        if (!isAcked) throw new Error('a job of the benchmark was not claimed and acked');
        if (slice >= 0) samples.push(us);
      }
      await setImmediate();
    }
  }
}

function report(cases: readonly Case[]): Measurement[] {
  const [base] = cases;
  const floor = quantile(base?.samples ?? [], 0.5);
  return cases.map(({ name, samples, goal }) => ({
    name: `… ${name}`,
    unit: 'µs' as const,
    honker: quantile(samples, 0.5),
    floor,
    ...(goal && { goal }),
    note: `p99 ${quantile(samples, 0.99).toFixed(0)} µs`,
  }));
}
