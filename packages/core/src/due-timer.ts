import type { Clock } from './clock.js';

/** The longest delay that a timer takes; asked for a longer one, it fires at once. */
export const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * Timers don't run while the machine sleeps, and don't know that somebody has set its clock: what is far
 * away is looked at again after this time, and so at most this late. A claim that finds nothing takes 2 µs.
 */
const LOOK_AGAIN_MS = 60_000;

/**
 * One timer for one moment of the wall clock. It may come early: what is far away is reached in several
 * steps, and whoever finds nothing due sets it again.
 */
export class DueTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Forgets what was set before. `unixS` 0: nothing is due. */
  set(unixS: number): void {
    this.clear();
    if (unixS === 0) return;
    const delay = Math.max(1, Math.ceil(unixS * 1000 - this.#clock.ms()));
    this.#timer = setTimeout(this.#onDue, Math.min(delay, LOOK_AGAIN_MS));
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
