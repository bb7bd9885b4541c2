import { payloadsOf } from '../payload.js';
import type { PeerBenchmark } from './peer-benchmark.js';
import type { QueueClient } from './queue-client.js';
import { takeTurns } from './take-turns.js';

/** For a job that doesn't come. */
const PATIENCE_MS = 20_000;

/**
 * From the start of a worker until it has stopped, everything handled and acked, with an async handler
 * that does nothing.
 */
export function draining(concurrency: number): PeerBenchmark {
  const name = `worker, concurrency ${concurrency}`;
  return {
    name,
    run: async ({ contestants, isQuick }) => {
      const jobs = concurrency === 1 ? 1000 : 2000;
      const payloads = payloadsOf(jobs);
      const cells = await takeTurns(contestants, {
        queue: `drain-${concurrency}`,
        jobs,
        slices: isQuick ? 5 : 9,
        side: (client) => {
          let handled = new Set<number>();
          return {
            prepare: async () => {
              await client.enqueueMany(payloads);
            },
            slice: async () => {
              handled = await drain(client, jobs, concurrency);
            },
            cleanUp: async () => {
              const left = await client.countLeft();
              if (handled.size !== jobs || left !== 0) {
                throw new Error(`of ${jobs} jobs ${handled.size} were handled, ${left} are left`);
              }
            },
          };
        },
      });
      return [{ name, unit: 'jobs/s', cells }];
    },
  };
}

/** The numbers of the jobs that were handled. */
async function drain(client: QueueClient, jobs: number, concurrency: number): Promise<Set<number>> {
  const handled = new Set<number>();
  let onDone = () => {};
  let onFailure: (error: unknown) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    onDone = resolve;
    onFailure = reject;
  });
  const patience = setTimeout(onDone, PATIENCE_MS);
  const worker = await client.work(
    async ({ orderId }) => {
      if (handled.has(orderId)) onFailure(new Error(`job ${orderId} was handled twice`));
      handled.add(orderId);
      if (handled.size === jobs) onDone();
    },
    { concurrency, onError: onFailure },
  );
  try {
    await done;
  } finally {
    clearTimeout(patience);
    await worker.stop();
  }
  return handled;
}
