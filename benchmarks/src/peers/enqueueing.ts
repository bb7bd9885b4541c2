import { type Payload, payloadsOf } from '../payload.js';
import type { PeerBenchmark } from './peer-benchmark.js';
import type { QueueClient } from './queue-client.js';
import { takeTurns } from './take-turns.js';

interface Enqueueing {
  name: string;
  queue: string;
  jobs: number;
  slices: number;
  enqueue: (client: QueueClient, payloads: readonly Payload[]) => Promise<void>;
}

export const oneByOne: PeerBenchmark = enqueueing({
  name: 'enqueue, one by one',
  queue: 'one-by-one',
  jobs: 500,
  slices: 9,
  enqueue: async (client, payloads) => {
    for (const payload of payloads) await client.enqueue(payload);
  },
});

/** As a server does for a hundred users at once: a peer with a server of its own needn't wait for it each time. */
export const hundredAtATime: PeerBenchmark = enqueueing({
  name: 'enqueue, 100 calls at a time',
  queue: 'hundred-at-a-time',
  jobs: 500,
  slices: 9,
  enqueue: async (client, payloads) => {
    for (let next = 0; next < payloads.length; next += 100) {
      await Promise.all(payloads.slice(next, next + 100).map((each) => client.enqueue(each)));
    }
  },
});

export const bulk: PeerBenchmark = enqueueing({
  name: 'enqueue, 10,000 by one call',
  queue: 'bulk',
  jobs: 10_000,
  slices: 5,
  enqueue: async (client, payloads) => {
    await client.enqueueMany(payloads);
  },
});

function enqueueing({ name, queue, jobs, slices, enqueue }: Enqueueing): PeerBenchmark {
  return {
    name,
    run: async ({ contestants, isQuick }) => {
      const payloads = payloadsOf(jobs);
      const cells = await takeTurns(contestants, {
        queue,
        jobs,
        slices: isQuick ? Math.ceil(slices / 2) : slices,
        side: (client) => {
          let enqueued = 0;
          return {
            prepare: () => {},
            slice: () => enqueue(client, payloads),
            cleanUp: async () => {
              enqueued += jobs;
              const left = await client.countLeft();
              if (left !== enqueued) throw new Error(`${enqueued} enqueued, ${left} in the queue`);
            },
          };
        },
      });
      return [{ name, unit: 'jobs/s', cells }];
    },
  };
}
