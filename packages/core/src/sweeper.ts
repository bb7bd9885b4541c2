import type { Background } from './background.js';
import { ClosedError } from './errors.js';
import { mapped, type Query } from './queries/query.js';

/** A sweep costs what it deletes, and little else: so often, it is nothing beside the writes themselves. */
const WRITES_PER_SWEEP = 1000;

/** Deletes rows that nobody wants any more, in the background, after every thousandth row that is written. */
export class Sweeper {
  readonly #background: Background;
  readonly #query: Query;
  #written = 0;

  constructor(background: Background, query: Query) {
    this.#background = background;
    this.#query = query;
  }

  /** The query that writes a row, counted when it has done so. */
  counted<Result>(query: Query<Result>): Query<Result> {
    return mapped(query, (result) => {
      this.#count();
      return result;
    });
  }

  #count(): void {
    this.#written++;
    if (this.#written % WRITES_PER_SWEEP === 0) void this.#sweep();
  }

  async #sweep(): Promise<void> {
    try {
      await this.#background.run([this.#query]);
    } catch (error) {
      if (!(error instanceof ClosedError)) process.emitWarning(error as Error);
    }
  }
}
