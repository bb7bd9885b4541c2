import { DueTimer } from './due-timer.js';
import { queries } from './queries/queries.js';
import type { Session } from './session.js';
import { LARGEST_BATCH } from './turn-loop.js';

/**
 * Whether a worker asks for jobs: while there may be some. Once a claim has brought fewer than it asked for,
 * it asks again after a commit, or when the next job falls due.
 */
export class ClaimDemand {
  readonly #queueName: string;
  readonly #session: Session;
  readonly #timer: DueTimer;
  #mayFind = true;
  #askedAt = 0;
  #isEnded = false;

  constructor(queueName: string, session: Session, onDue: () => void) {
    this.#queueName = queueName;
    this.#session = session;
    this.#timer = new DueTimer(session.clock, onDue);
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
    this.#askedAt = this.#session.clock.unixSeconds();
  }

  /** The claim came back full or not; then this waits for what is due next. */
  async answered(isFull: boolean): Promise<void> {
    if (isFull) {
      this.#mayFind = true;
      return;
    }
    const results = await this.#session.background.try<[number]>(
      [queries.nextClaimAt(this.#queueName)],
      1,
    );
    if (this.#isEnded) return;
    // It tells of what comes after now, the claim of what came before; a second may have begun between.
    if (results === undefined || this.#session.clock.unixSeconds() !== this.#askedAt)
      this.#mayFind = true;
    else this.#timer.set(results[0]);
  }

  end(): void {
    this.#isEnded = true;
    this.#timer.clear();
  }
}
