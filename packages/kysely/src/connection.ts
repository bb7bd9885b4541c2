import {
  ClosedError,
  type DriverDatabase,
  TransactionOpenError,
  TransactionUnusableError,
} from '@honker/core';
import {
  type AsyncConnection,
  adopt,
  type Connection,
  type ForeignTransaction,
  type Query,
  runInTransaction,
} from '@honker/core/adapter';
import {
  executorOf,
  handing,
  type KyselyConnection,
  type KyselyDatabase,
  type KyselyExecutor,
  type KyselyHandle,
} from './kysely.js';
import { requireSameConnection } from './same-connection.js';
import { TransactionContext } from './transaction-context.js';

/**
 * Kysely's connection as core's. Kysely gives it to one after the other; whoever has it, has it alone, until
 * its transaction is over. So honker asks Kysely for it, and then runs its statements, prepared once, on
 * the driver's own object: a statement that goes through Kysely is prepared each time, which costs three
 * times as much (8 µs in place of 2.5 for an enqueue), and passes through the application's plugins.
 */
export class ExclusiveConnection implements AsyncConnection {
  readonly driver: KyselyDatabase;
  readonly #executor: KyselyExecutor;
  readonly #connection: Connection;
  readonly #context: TransactionContext;
  #isClosed = false;

  /** Loads the extension into the connection that is `db`'s own, and makes honker's tables. */
  static async open(db: KyselyDatabase, database: DriverDatabase): Promise<ExclusiveConnection> {
    return await db.connection().execute(async (alone) => {
      await requireSameConnection(alone, database);
      const connection = adopt(database);
      return await alone
        .getExecutor()
        .provideConnection(
          async (kyselyConnection) => new ExclusiveConnection(db, connection, kyselyConnection),
        );
    });
  }

  private constructor(
    db: KyselyDatabase,
    connection: Connection,
    kyselyConnection: KyselyConnection,
  ) {
    this.driver = db;
    this.#executor = db.getExecutor();
    this.#connection = connection;
    this.#context = new TransactionContext(
      kyselyConnection,
      () => connection.isOpen && connection.inTransaction,
    );
  }

  get path(): string {
    return this.#connection.path;
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#connection.isOpen;
  }

  get isInsideTransaction(): boolean {
    return this.#context.isInside;
  }

  run<Result>(query: Query<Result>): Promise<Result> {
    return this.#runAlone(this.#executor, query, 'a call of honker');
  }

  attempt(queries: readonly Query[], waitMs: number): Promise<unknown[] | undefined> {
    return this.#exclusively(this.#executor, () =>
      // Somebody has begun it on the driver's object, past Kysely.
      this.#connection.inTransaction ? undefined : this.#connection.attempt(queries, waitMs),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#context.close();
    this.#connection.close();
  }

  /** @throws {TransactionOpenError} inside a transaction, for what would wait for its end. */
  requireOutside(call: string, remedy: string): void {
    if (this.isInsideTransaction) throw new TransactionOpenError(call, remedy);
  }

  /** A handle as what core takes for a transaction. `db` is one, too: it makes each query its own. */
  handed(handle: KyselyHandle): ForeignTransaction {
    const run = <Result>(query: Query<Result>, call: string) =>
      this.#runOn(handle, query, call.replace('Tx()', '()')) as Result;
    return { [runInTransaction]: run };
  }

  async #runOn<Result>(handle: KyselyHandle, query: Query<Result>, call: string): Promise<Result> {
    const executor = executorOf(handle, call);
    if (executor.adapter !== this.#executor.adapter) {
      throw new TransactionUnusableError(
        `${call} was given a handle of another database: it takes the db that was given to honkerKysely(), ` +
          'or a transaction of it',
      );
    }
    if (handle.isTransaction) return await this.#runInside(executor, query, call);
    this.requireOutside(call, `Hand it over: await ${handing('trx', call)}.`);
    return await this.#runAlone(executor, query, call);
  }

  async #runInside<Result>(
    executor: KyselyExecutor,
    query: Query<Result>,
    call: string,
  ): Promise<Result> {
    let isProvided = false;
    try {
      return await executor.provideConnection(async () => {
        isProvided = this.#connection.inTransaction;
        if (!isProvided) throw new Error('SQLite has rolled it back by itself');
        this.#context.mark();
        return this.#connection.run(query);
      });
    } catch (error) {
      if (isProvided) throw error;
      throw new TransactionUnusableError(
        `${call} was given a transaction that has ended (${(error as Error).message}): call it before the commit, ` +
          `and await it, as in db.transaction().execute(async (trx) => { await ${handing('trx', call)} })`,
      );
    }
  }

  #runAlone<Result>(executor: KyselyExecutor, query: Query<Result>, call: string): Promise<Result> {
    return this.#exclusively(executor, () => {
      if (this.#connection.inTransaction) {
        throw new TransactionOpenError(
          call,
          'It was begun by hand: begin it by db.transaction() or db.startTransaction(), and hand over its trx.',
        );
      }
      return this.#connection.run(query);
    });
  }

  #exclusively<Result>(executor: KyselyExecutor, body: () => Result): Promise<Result> {
    return executor.provideConnection(async () => {
      if (!this.isOpen) throw new ClosedError('the database');
      return body();
    });
  }
}
