import { SLICE_MS } from './slice.js';

/** Works until nothing is left to do, or until `yieldAt`, in ms of `performance.now()`; never rejects. */
type Run = (yieldAt: number) => Promise<void>;

/**
 * The workers of one connection, taking turns: whoever has something to do works for a millisecond, and
 * then stands behind the others. The event loop gets its own after one or two of them, whatever their
 * number: 40 workers that each took their millisecond in every turn of it held it for 56 ms.
 *
 * One waits for the lock of the database on behalf of all, since it would keep the others out, too.
 */
export class TurnQueue {
  readonly #waiting: Run[] = [];
  #isRunning = false;

  add(run: Run): void {
    this.#waiting.push(run);
    if (!this.#isRunning) this.#schedule();
  }

  #schedule(): void {
    this.#isRunning = true;
    setImmediate(() => this.#runSome());
  }

  async #runSome(): Promise<void> {
    const endsAt = performance.now() + SLICE_MS;
    for (let now = 0; now < endsAt; now = performance.now()) {
      const run = this.#waiting.shift();
      if (run === undefined) break;
      // A whole millisecond for each, so that nobody gets what a busier one has left over.
      await run(performance.now() + SLICE_MS);
    }
    this.#isRunning = false;
    if (this.#waiting.length > 0) this.#schedule();
  }
}
