/**
 * What the adapter takes as `tx` or `db`: Drizzle's own objects, as far as both major versions and all drivers
 * agree about them.
 */

/** What databases and transactions of Drizzle have in common. */
export interface Transactional {
  transaction(...args: never[]): unknown;
}

/**
 * `db` or `tx` of a driver that answers at once: better-sqlite3, node-sqlite, bun-sqlite.
 *
 * @example
 * ```ts
 * import type { DrizzleHandle } from '@honker/drizzle';
 *
 * const welcome = (handle: DrizzleHandle, to: string) => emails.enqueue(handle, { orderId: 1, to });
 * db.transaction((tx) => welcome(tx, 'alice@example.com'));
 * welcome(db, 'bob@example.com');
 * ```
 */
export interface DrizzleHandle extends Transactional {
  all(query: string): unknown[];
}

/**
 * `db` or `tx` of a driver that answers with promises, as `DrizzleHandle` is of one that answers at once: libsql.
 *
 * @example
 * ```ts
 * import type { AsyncDrizzleHandle, AsyncHonkerDrizzle } from '@honker/drizzle';
 *
 * const tell = async (asyncHonker: AsyncHonkerDrizzle, handle: AsyncDrizzleHandle) =>
 *   await asyncHonker.notify(handle, 'orders', { id: 1 });
 * ```
 */
export interface AsyncDrizzleHandle extends Transactional {
  values(query: string): PromiseLike<unknown[][]>;
}
