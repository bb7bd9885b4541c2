import { pauseBeforeRetry } from './background.js';
import { LONGEST_DELAY_MS } from './due-timer.js';

/** For how long turns may follow each other before timers and sockets get theirs. */
const YIELD_AFTER_MS = 1;
const PAUSE_AFTER_ERROR_MS = 1000;

/** What the loop asks of its owner. */
export interface TurnLoopOwner {
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
  #state: 'idle' | 'scheduled' | 'turning' | 'paused' | 'ended' = 'idle';
  #next: NodeJS.Immediate | undefined;
  #pause: NodeJS.Timeout | undefined;
  #onChange: () => void = () => {};

  constructor(owner: TurnLoopOwner) {
    this.#owner = owner;
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
    this.#next = setImmediate(() => this.#run());
  }

  end(): void {
    this.#state = 'ended';
    clearImmediate(this.#next);
    clearTimeout(this.#pause);
    this.#onChange();
  }

  /** Waits until a condition holds, the loop has ended, or `timeoutMs` are over. */
  async changedUntil(condition: () => boolean, timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(timeoutMs, LONGEST_DELAY_MS));
      this.#onChange = () => {
        if (this.isEnded || condition()) resolve();
      };
      this.#onChange();
    });
    this.#onChange = () => {};
    clearTimeout(timer);
  }

  /**
   * What waits for nothing has finished when a turn is over, and the next turn follows at once. But a
   * backlog never keeps the event loop from its own for longer than YIELD_AFTER_MS.
   */
  async #run(): Promise<void> {
    this.#state = 'turning';
    const yieldAt = performance.now() + YIELD_AFTER_MS;
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
