/**
 * What the adapter takes as `tx` or `db`: Drizzle's own objects, as far as both major versions and all drivers
 * agree about them.
 */

/** What databases and transactions of Drizzle have in common. */
export interface Transactional {
  transaction(...args: never[]): unknown;
}

/** `db` or `tx` of a driver that answers at once: better-sqlite3, node-sqlite, bun-sqlite. */
export interface Handle extends Transactional {
  all(query: string): unknown[];
}

/** `db` or `tx` of a driver that answers with promises: libsql. */
export interface AsyncHandle extends Transactional {
  values(query: string): PromiseLike<unknown[][]>;
}
