import { interleave, type Side } from '../interleave.js';
import type { Contestant } from './contestants.js';
import { openQueue } from './open-queue.js';
import { attempt, type Cell, type Failure, isFailure } from './peer-benchmark.js';
import type { QueueClient } from './queue-client.js';

export interface Turns {
  queue: string;
  slices: number;
  /** Of a slice. */
  jobs: number;
  side: (client: QueueClient) => Required<Side>;
}

/**
 * Jobs per second of each contestant in this process, their slices taking turns. One whose work throws, or
 * loses or doubles a job, is out.
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  { queue, slices, jobs, side }: Turns,
): Promise<Cell[]> {
  const clients: QueueClient[] = [];
  const failures = new Map<string, Failure>();
  const sides: Record<string, Side> = {};
  for (const { name, place } of contestants) {
    const client = await attempt(() => openQueue(place, queue));
    if (isFailure(client)) {
      failures.set(name, client);
      continue;
    }
    clients.push(client);
    const { prepare, slice, cleanUp } = side(client);
    const unlessOut = (step: () => unknown) => async () => {
      if (failures.has(name)) return;
      const outcome = await attempt(async () => step());
      if (isFailure(outcome)) failures.set(name, outcome);
    };
    sides[name] = {
      prepare: unlessOut(prepare),
      slice: unlessOut(slice),
      cleanUp: unlessOut(cleanUp),
    };
  }
  const rates = await interleave(sides, { slices, jobs });
  for (const client of clients) await attempt(async () => client.close());
  return contestants.map(({ name }) => failures.get(name) ?? rates[name] ?? Number.NaN);
}
