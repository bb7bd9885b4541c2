import type { Connection, SqlValue, WriteResult } from './connection/connection.js';
import { TransactionUnusableError } from './errors.js';

/**
 * An open transaction of the application, from `db.transaction()`. What is written through it, and
 * what is enqueued with it, commits together or not at all.
 *
 * @example
 * ```ts
 * const tx = db.transaction();
 * try {
 *   tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
 *   emails.enqueueTx(tx, { to: 'alice@example.com' });
 *   tx.commit();
 * } finally {
 *   if (tx.isOpen) tx.rollback();
 * }
 * ```
 */
export class Transaction {
  readonly #connection: Connection;
  #isOpen = true;

  /** @internal Applications call `db.transaction()`. */
  constructor(connection: Connection) {
    this.#connection = connection;
    connection.begin();
  }

  /** False once it was committed or rolled back. */
  get isOpen(): boolean {
    return this.#isOpen && this.#connection.inTransaction;
  }

  /**
   * Runs a statement that returns no rows.
   *
   * @throws {TransactionUnusableError} after the end of the transaction.
   */
  execute(sql: string, parameters: readonly SqlValue[] = []): WriteResult {
    return this.use().execute(sql, parameters);
  }

  /**
   * Runs a statement and returns its rows.
   *
   * @throws {TransactionUnusableError} after the end of the transaction.
   */
  query<Row = Record<string, unknown>>(sql: string, parameters: readonly SqlValue[] = []): Row[] {
    return this.use().query(sql, parameters) as Row[];
  }

  /** @throws {TransactionUnusableError} after the end of the transaction. */
  commit(): void {
    this.use().commit();
    this.#isOpen = false;
  }

  /** @throws {TransactionUnusableError} after the end of the transaction. */
  rollback(): void {
    this.use().rollback();
    this.#isOpen = false;
  }

  /** @internal Another transaction begins on the connection, so this one is over: SQLite ended it itself. */
  abandon(): void {
    this.#isOpen = false;
  }

  /** @internal The connection, as long as the transaction is open on it. */
  use(): Connection {
    if (!this.isOpen) {
      throw new TransactionUnusableError(
        'the transaction has ended (it was committed or rolled back): begin a new one with db.transaction()',
      );
    }
    return this.#connection;
  }
}
