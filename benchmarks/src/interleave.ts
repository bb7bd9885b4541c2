import { setImmediate } from 'node:timers/promises';
import { median } from './statistics.js';

/** One way of doing the same work: with honker, or without. */
export interface Side {
  /** Not measured: puts in place what a slice works on. */
  prepare?: () => unknown;
  /** Measured. */
  slice: () => void | Promise<void>;
  /** Not measured. */
  cleanUp?: () => Promise<void>;
}

/**
 * Jobs per second of each side: the median of its slices. They take turns (A B, B A, A B …), so that
 * what else the machine does hits all of them; the first slice of each only warms up.
 */
export async function interleave<Name extends string>(
  sides: Record<Name, Side>,
  { slices, jobs }: { slices: number; jobs: number },
): Promise<Record<Name, number>> {
  const contestants = Object.entries<Side>(sides).map(([name, side]) => ({
    name,
    side,
    rates: [] as number[],
  }));
  for (let slice = 0; slice <= slices; slice++) {
    for (const { side, rates } of contestants) {
      const seconds = await secondsOf(side);
      if (slice > 0) rates.push(jobs / seconds);
    }
    contestants.reverse();
  }
  return Object.fromEntries(contestants.map(({ name, rates }) => [name, median(rates)])) as Record<
    Name,
    number
  >;
}

async function secondsOf({ prepare, slice, cleanUp }: Side): Promise<number> {
  await prepare?.();
  await setImmediate(); // lets Ctrl-C through
  const startedAt = performance.now();
  const pending = slice();
  if (pending !== undefined) await pending;
  const seconds = (performance.now() - startedAt) / 1000;
  await cleanUp?.();
  return seconds;
}
