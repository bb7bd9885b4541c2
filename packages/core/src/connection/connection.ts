import type { Query } from '../queries/query.js';

/**
 * A value that SQLite stores.
 *
 * @example
 * ```ts
 * import type { SqlValue } from '@honker/core';
 *
 * const order: SqlValue[] = ['book'];
 * db.transaction((tx) => tx.execute('INSERT INTO orders VALUES (?)', order));
 * ```
 */
export type SqlValue = string | number | bigint | Uint8Array | null;

/**
 * What a statement that writes has done.
 *
 * @example
 * ```ts
 * const { changes, lastInsertRowid } = db.transaction((tx) =>
 *   tx.execute('INSERT INTO orders VALUES (?)', ['book']),
 * );
 * console.log(changes, lastInsertRowid); // => 1 1
 * ```
 */
export interface WriteResult {
  changes: number;
  lastInsertRowid: number | bigint;
}

/**
 * One connection, with the extension loaded: all that core asks of a database. Core's classes are written
 * against this, whose methods answer at once; those of an asynchronous connection answer with promises,
 * which the classes hand on (see `AsyncConnection`).
 *
 * @example
 * ```ts
 * import { type Connection, queries } from '@honker/core/adapter';
 *
 * function cancel(connection: Connection, jobId: number): boolean {
 *   return connection.run(queries.cancel(jobId));
 * }
 * ```
 */
export interface Connection {
  /** The database file; absolute, since the process may change its working directory. */
  readonly path: string;
  /** The driver's own object. */
  readonly driver: object;
  /** Whether a transaction that a query would become a part of is open, whoever began it. */
  readonly inTransaction: boolean;
  readonly isOpen: boolean;

  /** Runs one of honker's queries, waiting for locks as long as the connection waits. */
  run<Result>(query: Query<Result>): Result;

  /**
   * Runs queries in one transaction (a single one by itself), waiting at most `waitMs` for a lock.
   * Undefined where it was held for longer: nothing was done, and it may be tried again.
   */
  attempt(queries: readonly Query[], waitMs: number): unknown[] | undefined;

  /** Begins a transaction (IMMEDIATE), waiting for the lock. */
  begin(): void;
  commit(): void;
  rollback(): void;

  /** Runs a statement of the application that returns no rows. */
  execute(sql: string, parameters: readonly SqlValue[]): WriteResult;

  /** Runs a statement of the application and returns its rows. */
  query(sql: string, parameters: readonly SqlValue[]): Record<string, unknown>[];

  /** Ends honker's use of it; one that honker has opened is closed. */
  close(): void;
}
