import type { TransactionHandle } from '@honker/core';
import type { Transactional } from './handle.js';
import type { Transactions } from './transactions.js';

/** Turns the handles that the application passes into what core takes. */
export class Handles {
  readonly #transactions: Transactions;
  readonly #toCore: (tx: Transactional) => TransactionHandle;

  constructor(transactions: Transactions, toCore: (tx: Transactional) => TransactionHandle) {
    this.#transactions = transactions;
    this.#toCore = toCore;
  }

  /**
   * Its transaction as core takes it, or undefined where it is the database itself.
   *
   * @throws {TransactionUnusableError | TransactionOpenError} for any other handle.
   */
  resolve(handle: Transactional, call: string): TransactionHandle | undefined {
    return this.#transactions.isDatabase(handle, call) ? undefined : this.#toCore(handle);
  }

  /** @throws {TransactionOpenError} inside a transaction: for what was called without a handle. */
  requireOutside(call: string): void {
    this.#transactions.requireOutside(call);
  }
}
