import type { Query } from './queries/query.js';

/**
 * The method of a `ForeignTransaction`. A registered symbol: core may be loaded twice, as ESM and as CommonJS.
 *
 * @example
 * ```ts
 * import { type ForeignTransaction, queries, runInTransaction } from '@honker/core/adapter';
 *
 * function cancel(tx: ForeignTransaction, jobId: number): boolean {
 *   return tx[runInTransaction](queries.cancel(jobId), 'cancel()');
 * }
 * ```
 */
export const runInTransaction: unique symbol = Symbol.for('honker.runInTransaction') as never;

/**
 * A transaction that core knows nothing of: what an ORM's adapter hands to `enqueueTx()` and its like in place
 * of one of honker's.
 *
 * @example
 * ```ts
 * import { type ForeignTransaction, runInTransaction } from '@honker/core/adapter';
 *
 * function wrap(prepare: (sql: string) => { value(parameters: readonly unknown[]): unknown }) {
 *   const tx: ForeignTransaction = {
 *     [runInTransaction]: ({ sql, parameters, decode }) => decode(prepare(sql).value(parameters)),
 *   };
 *   return tx;
 * }
 * ```
 */
export interface ForeignTransaction {
  /**
   * Runs one of honker's queries inside the transaction. `call` names the caller in errors.
   *
   * @returns the result; a promise of it, where the database is asynchronous.
   * @throws {TransactionUnusableError} when the transaction has ended, or is of another database.
   */
  [runInTransaction]<Result>(query: Query<Result>, call: string): Result;
}

export function isForeign(handle: object): handle is ForeignTransaction {
  return typeof (handle as Partial<ForeignTransaction> | null)?.[runInTransaction] === 'function';
}
