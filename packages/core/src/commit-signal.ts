import { type CommitWatcher, watchCommits } from '@honker/native';

/** Called after commits (true), or when the database file is gone (false). */
type CommitListener = (isAlive: boolean) => void;

/**
 * The wakes of one database: a single watcher, open while somebody listens, that keeps the process
 * alive while it is open.
 */
export class CommitSignal {
  readonly #path: string;
  readonly #onWake: (latencyMs: number) => void;
  readonly #listeners = new Set<CommitListener>();
  #watcher: CommitWatcher | undefined;
  #isReplaced = false;

  constructor(path: string, onWake: (latencyMs: number) => void) {
    this.#path = path;
    this.#onWake = onWake;
  }

  /** Returns the function that ends it. */
  listen(listener: CommitListener): () => void {
    if (this.#watcher === undefined) {
      this.#watcher = watchCommits(this.#path, (isAlive, latencyMs) => {
        this.#onWake(latencyMs);
        this.#tell(isAlive);
      });
      this.#watcher.ref();
    }
    this.#listeners.add(listener);
    if (this.#isReplaced) queueMicrotask(() => listener(false));
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Wakes everybody, as a commit does. */
  ring(): void {
    this.#tell(true);
  }

  #tell(isAlive: boolean): void {
    this.#isReplaced ||= !isAlive;
    for (const each of [...this.#listeners]) each(isAlive);
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#listeners.clear();
  }
}
