import { News } from './news.js';
import type { Session } from './session.js';

/**
 * The options of `db.updateEvents()`.
 *
 * @example
 * ```ts
 * const soon = AbortSignal.timeout(50);
 * for await (const _ of db.updateEvents({ signal: soon })) console.log('somebody has committed');
 * ```
 */
export interface UpdateEventsOptions {
  /** Ends the iteration; it never throws for it. */
  signal?: AbortSignal;
}

/**
 * What `db.updateEvents()` returns. It is no generator: it listens from the moment it is made, and
 * `return()` ends a `next()` that waits.
 *
 * @example
 * ```ts
 * const commits = db.updateEvents();
 * emails.enqueue({ to: 'alice@example.com' });
 * await commits.next();
 * await commits.return();
 * ```
 */
export class CommitEvents implements AsyncIterableIterator<void, void, undefined> {
  readonly #news: News;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#end();
  #isEnded = false;

  constructor(db: Session, { signal }: UpdateEventsOptions) {
    this.#news = new News(db);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#end();
  }

  /** Resolves once somebody has committed since the last one did. */
  async next(): Promise<IteratorResult<void, void>> {
    try {
      if (!this.#isEnded) await this.#news.wait();
      if (!this.#isEnded) this.#news.look();
    } catch (error) {
      this.#end();
      throw error;
    }
    return this.#isEnded ? { done: true, value: undefined } : { done: false, value: undefined };
  }

  async return(): Promise<IteratorResult<void, void>> {
    this.#end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#news.close();
    this.#news.ring();
  }
}
