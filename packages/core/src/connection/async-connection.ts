import type { Query } from '../queries/query.js';
import type { Connection } from './connection.js';

/**
 * A connection whose answers are promises, with the extension loaded: an ORM's, or a database server's. The
 * application's transactions are the ORM's own; what is run here waits until they are over, or is run beside
 * them on another connection.
 *
 * @example
 * ```ts
 * import { type AsyncConnection, queries } from '@honker/core/adapter';
 *
 * async function cancel(connection: AsyncConnection, jobId: number): Promise<boolean> {
 *   return await connection.run(queries.cancel(jobId));
 * }
 * ```
 */
export interface AsyncConnection {
  /** The database file; absolute. */
  readonly path: string;
  /** What the connection was made from. */
  readonly driver: object;
  readonly isOpen: boolean;
  /**
   * Whether the caller is inside one of the application's transactions, for whose end a query would wait in
   * vain. Absent where that can't be, or can't be told.
   */
  readonly isInsideTransaction?: boolean;

  /** Runs one of honker's queries, outside the application's transactions. */
  run<Result>(query: Query<Result>): Promise<Result>;

  /**
   * Runs queries in one transaction (IMMEDIATE; a single query by itself), waiting at most `waitMs` for a lock.
   * Undefined where it was held for longer: nothing was done, and it may be tried again.
   */
  attempt(queries: readonly Query[], waitMs: number): Promise<unknown[] | undefined>;

  close(): Promise<void>;
}

/**
 * Makes core's classes run on an asynchronous connection: what they get for an answer is the promise of it,
 * which they hand on, or await. The types of `AsyncDatabase` tell the application so.
 */
export class AwaitedConnection implements Connection {
  readonly #connection: AsyncConnection;

  constructor(connection: AsyncConnection) {
    this.#connection = connection;
  }

  get path(): string {
    return this.#connection.path;
  }

  get driver(): object {
    return this.#connection.driver;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  get inTransaction(): boolean {
    return this.#connection.isInsideTransaction ?? false;
  }

  run<Result>(query: Query<Result>): Result {
    return this.#connection.run(query) as Result;
  }

  attempt(queries: readonly Query[], waitMs: number): unknown[] | undefined {
    return this.#connection.attempt(queries, waitMs) as unknown as unknown[] | undefined;
  }

  begin(): never {
    throw new TypeError("transactions of this database are its ORM's: begin them there");
  }

  readonly commit = this.begin;
  readonly rollback = this.begin;
  readonly execute = this.begin;
  readonly query = this.begin;

  close(): void {
    return this.#connection.close() as unknown as undefined;
  }
}
