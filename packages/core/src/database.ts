import { requireInteger, requireName } from './arguments.js';
import { Background } from './background.js';
import { CommitSignal } from './commit-signal.js';
import {
  adoptBetterSqlite3,
  type BetterSqlite3Database,
  openBetterSqlite3,
} from './connection/better-sqlite3.js';
import type { Connection, SqlValue } from './connection/connection.js';
import { ClosedError, TransactionOpenError, TransactionUnusableError } from './errors.js';
import type { Query } from './queries.js';
import { Queue, type QueueOptions } from './queue.js';
import { Transaction } from './transaction.js';

/**
 * What a write may be handed as its transaction: one of honker's, or the application's own
 * better-sqlite3 connection with a transaction open on it.
 */
export type TransactionHandle = Transaction | BetterSqlite3Database;

/**
 * Opens a SQLite file with honker in it, creating both where they are missing: with better-sqlite3,
 * in WAL mode, `synchronous=NORMAL`, foreign keys on, waiting up to 5 seconds for locks.
 *
 * Or takes a better-sqlite3 connection that the application has opened. Its pragmas are left alone,
 * and `close()` leaves it open.
 *
 * @throws {TypeError} for anything else, and for a database without a file or a read-only one.
 * @throws {ExtensionNotFoundError} where the extension isn't there for this machine.
 *
 * @example
 * ```ts
 * import { open } from '@honker/core';
 *
 * const db = open('app.db');
 * const emails = db.queue<{ to: string }>('emails');
 * emails.enqueue({ to: 'alice@example.com' });
 * db.close();
 * ```
 */
export function open(database: string | BetterSqlite3Database): Database {
  if (typeof database === 'string') {
    requirePath(database);
    return new Database(openBetterSqlite3(database), true);
  }
  requireConnection(database);
  return new Database(adoptBetterSqlite3(database), false);
}

const NO_MEMORY =
  'honker needs a database file: an in-memory database belongs to one connection, so no worker ' +
  'could ever see its jobs. In tests, use a file in a temporary folder';

function requirePath(path: string): void {
  // better-sqlite3 trims it.
  if (['', ':memory:'].includes(path.trim())) throw new TypeError(NO_MEMORY);
  requireName(path, 'path');
}

function requireConnection(database: BetterSqlite3Database): void {
  if (typeof database?.loadExtension !== 'function' || typeof database.pragma !== 'function') {
    throw new TypeError('open() takes the path of a database file, or a better-sqlite3 Database');
  }
  if (!database.open) throw new ClosedError('the connection that was given to open()');
  if (database.memory) throw new TypeError(NO_MEMORY);
  if (database.readonly) {
    throw new TypeError(
      'honker cannot work on a read-only connection: enqueueing, claiming and acking all write',
    );
  }
  if (database.inTransaction) {
    throw new TransactionOpenError('open()', 'Call it before the transaction begins.');
  }
}

/** One open database: where queues come from, and transactions. */
export class Database {
  /** @internal The connection that everything runs on. */
  readonly connection: Connection;
  /** @internal Runs what honker does on its own. */
  readonly background: Background;
  /** @internal Wakes after commits. */
  readonly commits: CommitSignal;
  /** @internal What to do before the connection closes: workers give their jobs back. */
  readonly beforeClose = new Set<() => void>();
  readonly #ownsConnection: boolean;
  #isOpen = true;
  #lastTransaction: Transaction | undefined;

  /** @internal Applications call `open()`. */
  constructor(connection: Connection, ownsConnection: boolean) {
    this.connection = connection;
    this.#ownsConnection = ownsConnection;
    this.background = new Background(connection, () => this.isOpen);
    this.commits = new CommitSignal(connection.path);
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
   * A queue, by its name. It needs no creation; the same name is the same queue in every process.
   *
   * @example
   * ```ts
   * const emails = db.queue<Email>('emails', { visibilityTimeoutS: 60, maxAttempts: 5 });
   * ```
   */
  queue<Payload = unknown>(name: string, options: QueueOptions = {}): Queue<Payload> {
    return new Queue<Payload>(this, requireName(name, 'name'), {
      visibilityTimeoutS: requireInteger(
        options.visibilityTimeoutS ?? 300,
        'visibilityTimeoutS',
        1,
      ),
      maxAttempts: requireInteger(options.maxAttempts ?? 3, 'maxAttempts', 1),
    });
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
    return body === undefined ? tx : runInside(tx, body);
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
    if (!this.#isOpen) return;
    for (const each of [...this.beforeClose]) each();
    this.#isOpen = false;
    this.commits.close();
    if (this.#ownsConnection && this.connection.isOpen) this.connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Runs a query by itself, for a call that the application made outside transactions. */
  runNow = <Result>(call: string, query: Query<Result>): Result => {
    this.#requireOutside(call, REMEDY[call] ?? 'Call it before or after the transaction.');
    return this.connection.run(query);
  };

  /** @internal Runs a query inside a transaction that the application handed over. */
  runInside<Result>(call: string, handle: TransactionHandle, query: Query<Result>): Result {
    if (!this.isOpen) throw new ClosedError('the database');
    this.#requireOwnTransaction(call, handle);
    return this.connection.run(query);
  }

  #requireOutside(call: string, remedy: string): void {
    if (!this.isOpen) throw new ClosedError('the database');
    if (this.connection.inTransaction) throw new TransactionOpenError(call, remedy);
  }

  #requireOwnTransaction(call: string, handle: TransactionHandle): void {
    const connection = handle instanceof Transaction ? handle.use() : undefined;
    if (connection === this.connection) return;
    if (handle !== this.connection.driver) {
      throw new TransactionUnusableError(
        `${call} takes the transaction as its first argument, and it must be of the same database: the tx of ` +
          'db.transaction(), or the better-sqlite3 connection that was given to open()',
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
  'queue.enqueue()': 'To enqueue inside it, call enqueueTx(tx, …).',
  'queue.enqueueMany()': 'To enqueue inside it, call enqueueTx(tx, …) for each.',
};

function runInside<Result>(tx: Transaction, body: (tx: Transaction) => Result): Result {
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
  if (typeof (result as PromiseLike<unknown> | undefined | null)?.then !== 'function') return;
  // It may reject, for what this error has done to it.
  (result as PromiseLike<unknown>).then(undefined, () => {});
  throw new TypeError(
    'the function given to db.transaction() returned a promise: what follows its first await would run ' +
      'outside the transaction, so everything was rolled back. Make the function synchronous, or use ' +
      'db.transaction() without a function and commit() at the end',
  );
}
