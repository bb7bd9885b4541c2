import { Background } from './background.js';
import { Clock } from './clock.js';
import { CommitSignal } from './commit-signal.js';
import type { DriverDatabase } from './connection/adopt.js';
import type { Connection, SqlValue } from './connection/connection.js';
import { ClosedError, TransactionOpenError, TransactionUnusableError } from './errors.js';
import { type ForeignTransaction, isForeign, runInTransaction } from './foreign-transaction.js';
import { Meters } from './metrics.js';
import type { Query } from './queries/query.js';
import { isPromise, runSteps, type Steps } from './steps.js';
import { Transaction } from './transaction.js';

/**
 * What a write may be handed as its transaction: one of honker's, the application's own connection (that was
 * given to `open()`) with a transaction open on it, or what an ORM's adapter makes of its transaction.
 *
 * @example
 * ```ts
 * import type { TransactionHandle } from '@honker/core';
 *
 * function welcome(tx: TransactionHandle, to: string): number {
 *   return emails.enqueueTx(tx, { to });
 * }
 * db.transaction((tx) => welcome(tx, 'alice@example.com'));
 * ```
 */
export type TransactionHandle = Transaction | DriverDatabase | ForeignTransaction;

/** An open database as far as it runs queries: the application's, its transactions', and honker's own. */
export class Session {
  /** @internal The connection that everything runs on. */
  readonly connection: Connection;
  /** @internal Runs what honker does on its own. */
  readonly background: Background;
  /** @internal The time that everything here goes by. */
  readonly clock = new Clock();
  /** @internal What happens in this process. */
  readonly meters: Meters;
  /** @internal Wakes after commits. */
  readonly commits: CommitSignal;
  /** @internal What to do before the connection closes: workers give their jobs back. */
  readonly beforeClose = new Set<() => unknown>();
  /** @internal The runs of the scheduler, and which of them leads. */
  readonly leaderships = new Set<{ readonly isHeld: boolean }>();
  #isOpen = true;
  #closed: unknown;
  #lastTransaction: Transaction | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
    this.background = new Background(connection, () => this.isOpen);
    this.meters = new Meters(connection.path);
    this.commits = new CommitSignal(connection.path, this.meters.woken);
  }

  /** The database file, as it was opened. */
  get path(): string {
    return this.connection.path;
  }

  /** False once it was closed. */
  get isOpen(): boolean {
    return this.#isOpen && this.connection.isOpen;
  }

  /**
   * Begins a transaction (IMMEDIATE), to be ended by `commit()` or `rollback()`. Until then honker's
   * background work on this connection waits.
   *
   * @throws {TransactionOpenError} while another one is open on the connection.
   */
  transaction(): Transaction;
  /**
   * Runs `body` in a transaction (IMMEDIATE): commits when it returns, rolls back when it throws.
   *
   * @returns what `body` returned.
   * @throws {TypeError} when `body` returns a promise; everything is rolled back, since what follows
   *   an `await` would run outside the transaction.
   * @throws {TransactionOpenError} while another one is open on the connection.
   *
   * @example
   * ```ts
   * db.transaction((tx) => {
   *   tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
   *   emails.enqueueTx(tx, { to: 'alice@example.com' });
   * });
   * ```
   */
  transaction<Result>(body: (tx: Transaction) => Result): Result;
  transaction<Result>(body?: (tx: Transaction) => Result): Transaction | Result {
    this.#requireOutside('db.transaction()', 'End that one first: SQLite has one at a time.');
    this.#lastTransaction?.abandon();
    const tx = new Transaction(this.connection);
    this.#lastTransaction = tx;
    return body === undefined ? tx : runBody(tx, body);
  }

  /**
   * Runs a statement of the application and returns its rows.
   *
   * @throws {TransactionOpenError} while a transaction is open on the connection: use `tx.query()`.
   */
  query<Row = Record<string, unknown>>(sql: string, parameters: readonly SqlValue[] = []): Row[] {
    this.#requireOutside('db.query()', 'Use tx.query() to read inside it.');
    return this.connection.query(sql, parameters) as Row[];
  }

  /**
   * Ends everything: running workers give their jobs back without spending an attempt, watching
   * stops, and the connection is closed if honker opened it. `await worker.stop()` before, to let
   * jobs finish. Closing twice does nothing.
   */
  close(): void {
    if (this.#isOpen) this.#closed = this.#close();
    return this.#closed as undefined;
  }

  #close(): unknown {
    const lastWrites = [...this.beforeClose].map((each) => each()).filter(isPromise);
    this.#isOpen = false;
    this.commits.close();
    if (lastWrites.length === 0) return this.connection.close();
    return Promise.all(lastWrites).then(() => this.connection.close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Runs a query by itself, for a call that the application made outside transactions. */
  runNow = <Result>(call: string, query: Query<Result>): Result => {
    this.#requireOutside(call, REMEDY[call] ?? 'Call it before or after the transaction.');
    return this.connection.run(query);
  };

  /** @internal Runs what takes several queries, as `runNow` runs one. */
  runSteps<Result>(call: string, steps: Steps<Result>): Result {
    return runSteps(steps, (query) => this.runNow(call, query));
  }

  /** @internal Runs a query inside a transaction that the application handed over. */
  runInside<Result>(call: string, handle: TransactionHandle, query: Query<Result>): Result {
    if (!this.isOpen) throw new ClosedError('the database');
    if (isForeign(handle)) return handle[runInTransaction](query, call);
    this.#requireOwnTransaction(call, handle);
    return this.connection.run(query);
  }

  #requireOutside(call: string, remedy: string): void {
    if (!this.isOpen) throw new ClosedError('the database');
    if (this.connection.inTransaction) throw new TransactionOpenError(call, remedy);
  }

  #requireOwnTransaction(call: string, handle: Transaction | DriverDatabase): void {
    const connection = handle instanceof Transaction ? handle.use() : undefined;
    if (connection === this.connection) return;
    if (handle !== this.connection.driver) {
      throw new TransactionUnusableError(
        `${call} takes the transaction as its first argument, and it must be of the same database: the tx of ` +
          'db.transaction(), or the connection that was given to open()',
      );
    }
    if (!this.connection.inTransaction) {
      throw new TransactionUnusableError(
        `${call} was given a connection without an open transaction: call it inside one`,
      );
    }
  }
}

const REMEDY: Record<string, string> = {
  'db.saveResult()': 'To save inside it, call saveResultTx(tx, …).',
  'dead.requeue()': 'To requeue inside it, call requeueTx(tx, …).',
  'queue.cancel()': 'To cancel inside it, call cancelTx(tx, …).',
  'job.ack()': 'To ack inside it, call ackTx(tx).',
  'queue.enqueue()': 'To enqueue inside it, call enqueueTx(tx, …).',
  'queue.enqueueMany()': 'To enqueue inside it, call enqueueManyTx(tx, …).',
  'stream.publish()': 'To publish inside it, call publishTx(tx, …).',
  'stream.publishWithKey()': 'To publish inside it, call publishWithKeyTx(tx, …).',
  'stream.publishMany()': 'To publish inside it, call publishManyTx(tx, …).',
  'stream.saveOffset()': 'To save inside it, call saveOffsetTx(tx, …).',
  'db.notify()': 'To notify inside it, call notifyTx(tx, …).',
};

function runBody<Result>(tx: Transaction, body: (tx: Transaction) => Result): Result {
  try {
    const result = body(tx);
    requireSynchronous(result);
    if (tx.isOpen) tx.commit();
    return result;
  } catch (error) {
    if (tx.isOpen) tx.rollback();
    throw error;
  }
}

function requireSynchronous(result: unknown): void {
  if (!isPromise(result)) return;
  // It may reject, for what this error has done to it.
  result.then(undefined, () => {});
  throw new TypeError(
    'the function given to db.transaction() returned a promise: what follows its first await would run ' +
      'outside the transaction, so everything was rolled back. Make the function synchronous, or use ' +
      'db.transaction() without a function and commit() at the end',
  );
}
