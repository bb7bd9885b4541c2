import { setImmediate } from 'node:timers/promises';

/** For how long one of honker's loops may keep the event loop before timers and sockets get their turn. */
export const SLICE_MS = 1;

/**
 * The time of a loop that may find something to do again and again, and so never wait: a replay of 300,000
 * events held the event loop for 750 ms.
 */
export class Slice {
  #endsAt = 0;

  constructor() {
    this.begin();
  }

  /** To be called when the loop has waited. */
  begin(): void {
    this.#endsAt = performance.now() + SLICE_MS;
  }

  /** What to await before the loop goes on; undefined while there is time left. */
  rest(): Promise<void> | undefined {
    return performance.now() < this.#endsAt ? undefined : this.#rest();
  }

  async #rest(): Promise<void> {
    await setImmediate();
    this.begin();
  }
}
