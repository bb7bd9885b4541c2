import type { DeadJob, DeadLetters } from '@honker/core';
import type { DrizzleHandle } from './handle.js';
import type { Handles } from './handles.js';

/**
 * The dead letters of one queue: `queue.dead`.
 *
 * @example
 * ```ts
 * for (const { id, lastError } of emails.dead.list()) {
 *   console.log(id, lastError);
 *   emails.dead.requeue(id);
 * }
 * ```
 */
export class DrizzleDeadLetters<Payload> {
  readonly #dead: DeadLetters<Payload>;
  readonly #handles: Handles;

  /** @internal Applications use `queue.dead`. */
  constructor(dead: DeadLetters<Payload>, handles: Handles) {
    this.#dead = dead;
    this.#handles = handles;
  }

  /** Dead jobs by id, from the first after `afterId`, at most `limit` (100). */
  list(options?: { afterId?: number; limit?: number }): DeadJob<Payload>[] {
    return this.#dead.list(options);
  }

  /**
   * Puts a dead job back into its queue, to run now, its attempts starting at 0 again. Given a transaction, when
   * and only when that commits.
   *
   * @returns the id of the new job, or null if there is no such dead job in this queue.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * const [failed] = emails.dead.list();
   * if (failed) {
   *   db.transaction((tx) => {
   *     tx.update(orders).set({ email: 'alice@example.com' }).run();
   *     emails.dead.requeue(tx, failed.id);
   *   });
   * }
   * ```
   */
  requeue(handle: DrizzleHandle, id: number): number | null;
  requeue(id: number): number | null;
  requeue(handleOrId: DrizzleHandle | number, id?: number): number | null {
    if (id === undefined) {
      this.#handles.requireOutside('dead.requeue()');
      return this.#dead.requeue(handleOrId as number);
    }
    const tx = this.#handles.resolve(handleOrId as DrizzleHandle, 'dead.requeue()');
    return tx === undefined ? this.#dead.requeue(id) : this.#dead.requeueTx(tx, id);
  }

  /**
   * Deletes dead jobs that died at least `olderThanS` seconds ago (0: all of them).
   *
   * @returns how many.
   */
  purge(options?: { olderThanS?: number }): number {
    return this.#dead.purge(options);
  }
}
