import { LONGEST_DELAY_MS } from './due-timer.js';
import type { Execution } from './execution.js';

/** A lease is extended when a third of it has passed: two heartbeats may fail before it is lost. */
const PART_OF_LEASE = 3;

/** Says when the leases of a worker have to be extended; its timer runs only while there are any. */
export class Heartbeat {
  readonly #intervalMs: number;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** The time has come; the next turn extends what is stale. */
  isDue = false;

  constructor(visibilityTimeoutS: number, onDue: () => void) {
    this.#intervalMs = Math.min((visibilityTimeoutS * 1000) / PART_OF_LEASE, LONGEST_DELAY_MS);
    this.#onDue = onDue;
  }

  /** Jobs are held. The timer is left to run out when there are none: jobs come and go faster. */
  arm(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.isDue = true;
      this.#onDue();
    }, this.#intervalMs);
  }

  /** Those of `held` whose lease is to be extended now. */
  stale<Payload>(held: Iterable<Execution<Payload>>): Execution<Payload>[] {
    const now = performance.now();
    // Half the interval: what was claimed since the last beat would be too old at the next one.
    return Array.from(held).filter(({ extendedAt }) => now - extendedAt >= this.#intervalMs / 2);
  }

  /** What was stale has been extended. */
  done(): void {
    this.isDue = false;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.isDue = false;
  }
}
