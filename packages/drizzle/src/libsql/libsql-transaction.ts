import { type ForeignTransaction, type Query, runInTransaction } from '@honker/core/adapter';
import { type SQL, sql } from 'drizzle-orm';
import type { Transactional } from '../handle.js';
import type { Transactions } from '../transactions.js';

/** Runs honker's queries on a transaction of Drizzle's, as Drizzle would run yours. */
export class LibsqlTransaction implements ForeignTransaction {
  readonly #tx: { values(query: SQL): PromiseLike<unknown[][]> };
  readonly #requireOpen: (call: string) => void;

  constructor(tx: Transactional, transactions: Transactions) {
    this.#tx = tx as never;
    this.#requireOpen = (call) => transactions.requireOpen(tx, call);
  }

  [runInTransaction]<Result>(query: Query<Result>, call: string): Result {
    this.#requireOpen(call);
    return this.#run(query) as Result;
  }

  async #run<Result>(query: Query<Result>): Promise<Result> {
    const [row] = await this.#tx.values(toSql(query));
    return query.decode(row?.[0]);
  }
}

/** The text's question marks as Drizzle's parameters. */
function toSql({ sql: text, parameters }: Query): SQL {
  const [first = '', ...others] = text.split('?');
  const chunks = others.flatMap((part, index) => [sql`${parameters[index]}`, sql.raw(part)]);
  return sql.join([sql.raw(first), ...chunks]);
}
