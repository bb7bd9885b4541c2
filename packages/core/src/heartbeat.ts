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
    this.#intervalMs = (visibilityTimeoutS * 1000) / PART_OF_LEASE;
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
  takeStale<Payload>(held: Iterable<Execution<Payload>>): Execution<Payload>[] {
    this.isDue = false;
    const now = performance.now();
    const stale: Execution<Payload>[] = [];
    let isAnyHeld = false;
    for (const execution of held) {
      isAnyHeld = true;
      // Half the interval: what was claimed since the last beat would be too old at the next one.
      if (now - execution.extendedAt >= this.#intervalMs / 2) stale.push(execution);
    }
    if (isAnyHeld) this.arm();
    return stale;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.isDue = false;
  }
}
