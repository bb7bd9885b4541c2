import { DueTimer } from './due-timer.js';
import { ClosedError, DatabaseReplacedError } from './errors.js';
import type { Session } from './session.js';

/**
 * Waits for news of a database: a commit of any process, a moment that has come, an abort, a close.
 *
 *     const news = new News(db, signal);
 *     try {
 *       while (news.look()) {
 *         … look at the database …
 *         if (nothing was found) await news.wait(dueAt);
 *       }
 *     } finally {
 *       news.close();
 *     }
 */
export class News {
  readonly #db: Session;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: DueTimer;
  readonly #unlisten: () => void;
  readonly #onNews = () => this.ring();
  #isReplaced = false;
  #resolve!: () => void;
  #rung!: Promise<void>;

  constructor(db: Session, signal?: AbortSignal) {
    if (!db.isOpen) throw new ClosedError('the database');
    this.#db = db;
    this.#signal = signal;
    this.#timer = new DueTimer(db.clock, () => this.ring());
    this.#unlisten = db.commits.listen((isAlive) => {
      this.#isReplaced ||= !isAlive;
      this.ring();
    });
    signal?.addEventListener('abort', this.#onNews);
    db.beforeClose.add(this.#onNews);
    this.#silence();
  }

  /**
   * To be called before each look at the database: a commit that the look misses ends the next wait.
   *
   * @returns false once the signal has fired.
   * @throws {DatabaseReplacedError | ClosedError}
   */
  look(): boolean {
    if (this.#signal?.aborted) return false;
    if (this.#isReplaced) throw new DatabaseReplacedError(this.#db.path);
    if (!this.#db.isOpen) throw new ClosedError('the database');
    this.#silence();
    return true;
  }

  /** Until there is news, or it is `dueAt` (Unix seconds; 0: never). */
  async wait(dueAt = 0): Promise<void> {
    this.#timer.set(dueAt);
    await this.#rung;
    this.#timer.clear();
  }

  ring(): void {
    this.#resolve();
  }

  close(): void {
    this.#timer.clear();
    this.#unlisten();
    this.#signal?.removeEventListener('abort', this.#onNews);
    this.#db.beforeClose.delete(this.#onNews);
  }

  #silence(): void {
    this.#rung = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}
