import { onTestFailed } from 'vitest';

/**
 * Numbers that HONKER_PLUG_SEED makes come again. Processes on a real machine don't run the same way
 * twice, but the victims, moments, pauses and dooms are drawn from the same ones.
 */
export class Random {
  readonly seed = Number(process.env.HONKER_PLUG_SEED ?? Date.now() % 2 ** 32);
  #state = this.seed >>> 0;

  constructor() {
    onTestFailed(() => console.error(`run it again with HONKER_PLUG_SEED=${this.seed}`));
  }

  /** From 0 to 1. */
  next(): number {
    // Knuth's constants; the upper bits are good enough to choose victims by.
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.between(0, items.length - 1)] as Item;
  }
}
