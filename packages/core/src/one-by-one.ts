import { Slice } from './slice.js';

/** To look at the clock for each item would cost a twentieth of a replay. */
const ITEMS_BETWEEN_LOOKS = 16;

/** What is done with the items of batches. */
interface Giving<Raw, Item> {
  /** What the asker gets for an item. An error ends the iteration. */
  give(raw: Raw): Item;
  /** The next one was asked for, so this one is done with. A promise is awaited before the next is given. */
  taken(raw: Raw): Promise<void> | undefined;
}

/**
 * The items of batches, one by one. Few of them need anything to be awaited, and a generator that yields each
 * costs 0.3 µs an item; this 0.1.
 *
 * Calls queue up, as a generator's do. The batches end when the signal fires; what is left of one is dropped.
 */
export class OneByOne<Raw, Item> implements AsyncGenerator<Item, void, undefined> {
  readonly #batches: AsyncGenerator<readonly Raw[], void, undefined>;
  readonly #giving: Giving<Raw, Item>;
  readonly #signal: AbortSignal | undefined;
  #batch: readonly Raw[] = [];
  /** In the batch, of the item to be given next. */
  #at = 0;
  #given: Raw | undefined;
  readonly #slice = new Slice();
  #untilLook = ITEMS_BETWEEN_LOOKS;
  /** What is to be awaited before the next item is given. */
  #owed: Promise<void> | undefined;
  /** Settles, never with an error, when the calls that had to wait have ended. */
  #waiting: Promise<void> | undefined;

  constructor(
    batches: AsyncGenerator<readonly Raw[], void, undefined>,
    giving: Giving<Raw, Item>,
    signal: AbortSignal | undefined,
  ) {
    this.#batches = batches;
    this.#giving = giving;
    this.#signal = signal;
  }

  next(): Promise<IteratorResult<Item, void>> {
    if (this.#waiting !== undefined) return this.#inTurn(() => this.#nextLater());
    try {
      const result = this.#nextNow();
      return result === undefined ? this.#inTurn(() => this.#nextLater()) : Promise.resolve(result);
    } catch (error) {
      return this.throw(error);
    }
  }

  return(): Promise<IteratorResult<Item, void>> {
    return this.#inTurn(() => this.#end());
  }

  throw(error: unknown): Promise<IteratorResult<Item, void>> {
    return this.#inTurn(async () => {
      await this.#end();
      throw error;
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** undefined: something has to be awaited first. */
  #nextNow(): IteratorResult<Item, void> | undefined {
    if (this.#given !== undefined) {
      const taken = this.#given;
      this.#given = undefined;
      this.#owed = this.#giving.taken(taken) ?? this.#rest();
    }
    if (this.#signal?.aborted) this.#batch = [];
    const raw = this.#batch[this.#at];
    if (raw === undefined || this.#owed !== undefined) return undefined;
    this.#at++;
    const value = this.#giving.give(raw);
    this.#given = raw;
    return { value, done: false };
  }

  #rest(): Promise<void> | undefined {
    if (--this.#untilLook > 0) return undefined;
    this.#untilLook = ITEMS_BETWEEN_LOOKS;
    return this.#slice.rest();
  }

  async #nextLater(): Promise<IteratorResult<Item, void>> {
    try {
      for (;;) {
        const result = this.#nextNow();
        if (result !== undefined) return result;
        const owed = this.#owed;
        if (owed !== undefined) {
          this.#owed = undefined;
          await owed;
        } else {
          const read = await this.#batches.next();
          if (read.done) return { value: undefined, done: true };
          this.#batch = read.value;
          this.#at = 0;
        }
      }
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async #end(): Promise<IteratorResult<Item, void>> {
    this.#batch = [];
    this.#given = undefined;
    await this.#batches.return();
    return { value: undefined, done: true };
  }

  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#waiting === undefined ? run() : this.#waiting.then(run);
    const ended = (): void => {
      if (this.#waiting === waiting) this.#waiting = undefined;
    };
    const waiting = result.then(ended, ended);
    this.#waiting = waiting;
    return result;
  }
}
