import { pauseBeforeRetry } from './background.js';
import { LONGEST_DELAY_MS } from './due-timer.js';
import type { TurnQueue } from './turn-queue.js';

const PAUSE_AFTER_ERROR_MS = 1000;

/** Of how many jobs a turn writes and claims: it bounds how long it holds the event loop; 128 take about 1 ms. */
export const LARGEST_BATCH = 128;

/** What the loop asks of its owner. */
interface TurnLoopOwner {
  hasWork(): boolean;
  /** Returns false if the database can't be written now; the turn is then tried again a little later. */
  turn(tries: number): Promise<boolean>;
  /** A turn failed; the loop tries again after a pause, unless it is ended. */
  onError(error: unknown): void;
}

/**
 * Runs turns, one at a time, while there is work, and never two for what one could have done: a turn
 * begins by way of the event loop, so what happens in one turn of that is met by one turn of ours.
 */
export class TurnLoop {
  readonly #owner: TurnLoopOwner;
  readonly #queue: TurnQueue;
  readonly #waiters = new Set<() => void>();
  #state: 'idle' | 'scheduled' | 'turning' | 'paused' | 'ended' = 'idle';
  #pause: NodeJS.Timeout | undefined;

  constructor(owner: TurnLoopOwner, queue: TurnQueue) {
    this.#owner = owner;
    this.#queue = queue;
  }

  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Nothing is under way, and nothing is to be done. */
  get isQuiet(): boolean {
    return this.#state === 'idle' && !this.#owner.hasWork();
  }

  /** To be called whenever there may be new work. */
  schedule(): void {
    this.#onChange();
    if (this.#state !== 'idle' || !this.#owner.hasWork()) return;
    this.#state = 'scheduled';
    this.#queue.add((yieldAt) => this.#run(yieldAt));
  }

  end(): void {
    this.#state = 'ended';
    clearTimeout(this.#pause);
    this.#onChange();
  }

  /** Waits until a condition holds, the loop has ended, or `timeoutMs` are over. */
  async changedUntil(condition: () => boolean, timeoutMs?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let look = () => {};
    await new Promise<void>((resolve) => {
      look = () => {
        if (this.isEnded || condition()) resolve();
      };
      if (timeoutMs !== undefined) {
        timer = setTimeout(resolve, Math.min(timeoutMs, LONGEST_DELAY_MS));
      }
      this.#waiters.add(look);
      look();
    });
    this.#waiters.delete(look);
    clearTimeout(timer);
  }

  #onChange(): void {
    for (const look of this.#waiters) look();
  }

  /**
   * What waits for nothing has finished when a turn is over, and the next turn follows at once. But a
   * backlog never keeps the event loop, and other workers, from their own.
   */
  async #run(yieldAt: number): Promise<void> {
    if (this.isEnded) return;
    this.#state = 'turning';
    try {
      do {
        for (let tries = 1; !this.isEnded && !(await this.#owner.turn(tries)); tries++) {
          await pauseBeforeRetry(tries);
        }
        await new Promise<void>((resolve) => process.nextTick(resolve));
      } while (!this.isEnded && this.#owner.hasWork() && performance.now() < yieldAt);
      this.#resume();
    } catch (error) {
      if (this.isEnded) return;
      this.#state = 'paused';
      this.#pause = setTimeout(() => this.#resume(), PAUSE_AFTER_ERROR_MS);
      this.#owner.onError(error);
    }
  }

  #resume(): void {
    if (this.isEnded) return;
    this.#state = 'idle';
    this.schedule();
  }
}
