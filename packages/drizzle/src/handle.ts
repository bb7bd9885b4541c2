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
 * import type { Handle } from '@honker/drizzle';
 *
 * const welcome = (handle: Handle, to: string) => emails.enqueue(handle, { orderId: 1, to });
 * db.transaction((tx) => welcome(tx, 'alice@example.com'));
 * welcome(db, 'bob@example.com');
 * ```
 */
export interface Handle extends Transactional {
  all(query: string): unknown[];
}

/**
 * `db` or `tx` of a driver that answers with promises, as `Handle` is of one that answers at once: libsql.
 *
 * @example
 * ```ts
 * import type { AsyncHandle, AsyncHonkerDrizzle } from '@honker/drizzle';
 *
 * const tell = async (asyncHonker: AsyncHonkerDrizzle, handle: AsyncHandle) =>
 *   await asyncHonker.notify(handle, 'orders', { id: 1 });
 * ```
 */
export interface AsyncHandle extends Transactional {
  values(query: string): PromiseLike<unknown[][]>;
}
