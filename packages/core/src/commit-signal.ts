import { type CommitWatcher, watchCommits } from '@honker/native';

/** Called after commits (true), or when the database file is gone (false). */
export type CommitListener = (alive: boolean) => void;

/**
 * The wakes of one database: a single watcher, open while somebody listens, that keeps the process
 * alive while it is open.
 */
export class CommitSignal {
  readonly #path: string;
  readonly #listeners = new Set<CommitListener>();
  #watcher: CommitWatcher | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns the function that ends it. */
  listen(listener: CommitListener): () => void {
    if (this.#watcher === undefined) {
      this.#watcher = watchCommits(this.#path, (alive) => {
        for (const each of [...this.#listeners]) each(alive);
      });
      this.#watcher.ref();
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#listeners.clear();
  }
}
