import { requireInteger } from './arguments.js';
import { LONGEST_DELAY_MS } from './due-timer.js';
import type { Execution } from './execution.js';
import type { Job } from './job.js';

/**
 * In whole seconds: for every attempt, or asked for each; undefined for no limit.
 *
 * @inline
 */
export type AttemptTimeout<AnyJob> = number | ((job: AnyJob) => number | undefined);

/** The timers of the attempts that a worker runs. */
export class AttemptTimeouts<Payload> {
  readonly #timeoutS: AttemptTimeout<Job<Payload>> | undefined;
  readonly #onTimeUp: (execution: Execution<Payload>, timeoutS: number) => void;
  readonly #timers = new Map<Execution<Payload>, NodeJS.Timeout>();

  constructor(
    timeoutS: AttemptTimeout<Job<Payload>> | undefined,
    onTimeUp: (execution: Execution<Payload>, timeoutS: number) => void,
  ) {
    if (timeoutS !== undefined && typeof timeoutS !== 'function') {
      requireInteger(timeoutS, 'timeoutS', 1);
    }
    this.#timeoutS = timeoutS;
    this.#onTimeUp = onTimeUp;
  }

  /** @throws {TypeError | RangeError} when the application's function answers something else than a timeout. */
  start(execution: Execution<Payload>): void {
    const timeoutS = this.#timeoutOf(execution.job);
    if (timeoutS === undefined) return;
    const onTimeUp = () => {
      this.#timers.delete(execution);
      this.#onTimeUp(execution, timeoutS);
    };
    const delayMs = Math.min(timeoutS * 1000, LONGEST_DELAY_MS);
    this.#timers.set(execution, setTimeout(onTimeUp, delayMs));
  }

  #timeoutOf(job: Job<Payload>): number | undefined {
    if (typeof this.#timeoutS !== 'function') return this.#timeoutS;
    const timeoutS = this.#timeoutS(job);
    if (timeoutS === undefined) return undefined;
    return requireInteger(timeoutS, 'what timeoutS() returns', 1);
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
