import type { Database } from '@honker/core';

/** Longer than any lease and pause of the programs; what has not happened by then never will. */
const GIVE_UP_MS = 20_000;

/** Waits, from commit to commit, until a condition holds; or gives up, for the ledger to tell why. */
export async function settled(db: Database, condition: () => boolean): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), GIVE_UP_MS);
  const events = db.updateEvents({ signal: controller.signal });
  while (!controller.signal.aborted && !condition()) await events.next();
  await events.return();
  clearTimeout(timer);
}
