import type { Background } from './background.js';
import { DueTimer, unixSeconds } from './due-timer.js';
import { queries } from './queries.js';
import { LARGEST_BATCH } from './turn-loop.js';

/**
 * Whether a worker asks for jobs: while there may be some. Once a claim has brought fewer than it asked for,
 * it asks again after a commit, or when the next job falls due.
 */
export class ClaimDemand {
  readonly #queueName: string;
  readonly #background: Background;
  readonly #onDue: () => void;
  readonly #timer = new DueTimer(() => this.#onDue());
  #mayFind = true;
  #askedAt = 0;
  #isEnded = false;

  constructor(queueName: string, background: Background, onDue: () => void) {
    this.#queueName = queueName;
    this.#background = background;
    this.#onDue = onDue;
  }

  /** There may be something to claim. */
  renew(): void {
    this.#mayFind = true;
  }

  /** How many jobs to claim now, for `free` places. */
  count(free: number): number {
    return this.#mayFind ? Math.min(free, LARGEST_BATCH) : 0;
  }

  /** The claim is being made: a commit that it doesn't see renews the demand. */
  asking(): void {
    this.#mayFind = false;
    this.#askedAt = unixSeconds();
  }

  /** The claim came back full or not; then this waits for what is due next. */
  async answered(isFull: boolean): Promise<void> {
    if (isFull) {
      this.#mayFind = true;
      return;
    }
    const results = await this.#background.try<[number]>([queries.nextClaimAt(this.#queueName)], 1);
    if (this.#isEnded) return;
    // It tells of what comes after now, the claim of what came before; a second may have begun between.
    if (results === undefined || unixSeconds() !== this.#askedAt) this.#mayFind = true;
    else this.#timer.set(results[0]);
  }

  end(): void {
    this.#isEnded = true;
    this.#timer.clear();
  }
}
