import { AsyncLocalStorage } from 'node:async_hooks';
import type { KyselyConnection } from './kysely.js';

/**
 * Tells whether code runs inside the transaction that is open on Kysely's one connection, or beside it.
 * Beside it, a call waits until the transaction is over. Inside it, that would be a wait for itself.
 *
 * Kysely has no hook for this. But whoever runs a statement while a transaction is open is inside it, since
 * nobody else has the connection then; so the statement marks its asynchronous context, in which what
 * follows runs, too. The callback of `db.transaction()` is marked by its `begin`, from its first line. The
 * code around a controlled transaction is marked by the first statement that it awaits.
 */
export class TransactionContext {
  readonly #isOpen: () => boolean;
  readonly #storage = new AsyncLocalStorage<object>();
  readonly #unwatch: () => void;
  /** Stands for the open transaction. */
  #transaction: object | undefined;

  constructor(connection: KyselyConnection, isOpen: () => boolean) {
    this.#isOpen = isOpen;
    // Before Node 24, a promise that is made before the storage is first used may seem to be of any context.
    this.#storage.run({}, () => {});
    this.#unwatch = this.#watch(connection);
  }

  get isInside(): boolean {
    return this.#transaction !== undefined && this.#storage.getStore() === this.#transaction;
  }

  /** What runs now is inside the open transaction. */
  mark(): void {
    if (this.#transaction === undefined) return;
    if (this.#storage.getStore() !== this.#transaction) this.#storage.enterWith(this.#transaction);
  }

  close(): void {
    this.#unwatch();
    this.#transaction = undefined;
  }

  /** By putting itself before the connection's method, as Kysely does for its log. */
  #watch(connection: KyselyConnection): () => void {
    const { executeQuery } = connection;
    const watched = (...args: never[]): unknown => {
      const wasOpen = this.#isOpen();
      try {
        return executeQuery.apply(connection, args);
      } finally {
        this.#onExecuted(wasOpen);
      }
    };
    connection.executeQuery = watched;
    return () => {
      if (connection.executeQuery === watched) connection.executeQuery = executeQuery;
    };
  }

  /** SQLite has run the statement by the time that the method returns its promise. */
  #onExecuted(wasOpen: boolean): void {
    if (!this.#isOpen()) this.#transaction = undefined;
    else if (!wasOpen) this.#transaction = {};
    this.mark();
  }
}
