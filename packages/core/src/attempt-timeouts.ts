import { LONGEST_DELAY_MS } from './due-timer.js';
import type { Execution } from './execution.js';

/** The timers of the attempts that a worker runs. */
export class AttemptTimeouts<Payload> {
  readonly #onTimeUp: (execution: Execution<Payload>, timeoutS: number) => void;
  readonly #timers = new Map<Execution<Payload>, NodeJS.Timeout>();

  constructor(onTimeUp: (execution: Execution<Payload>, timeoutS: number) => void) {
    this.#onTimeUp = onTimeUp;
  }

  start(execution: Execution<Payload>, timeoutS: number): void {
    const onTimeUp = () => {
      this.#timers.delete(execution);
      this.#onTimeUp(execution, timeoutS);
    };
    const delayMs = Math.min(timeoutS * 1000, LONGEST_DELAY_MS);
    this.#timers.set(execution, setTimeout(onTimeUp, delayMs));
  }

  clear(execution: Execution<Payload>): void {
    if (this.#timers.size === 0) return;
    clearTimeout(this.#timers.get(execution));
    this.#timers.delete(execution);
  }

  clearAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
