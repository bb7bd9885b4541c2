import { AsyncLocalStorage } from 'node:async_hooks';
import { TransactionOpenError, TransactionUnusableError } from '@honker/core';
import { isPromise } from './answer.js';
import type { Transactional } from './handle.js';

type Body = (tx: Transactional) => unknown;
type Transact = (body: Body, ...config: unknown[]) => unknown;

/** How a driver runs the function that `db.transaction()` is given. */
type DriverKind = 'synchronous' | 'asynchronous';

/** Where a database keeps what is known of its transactions: honker may have been given it twice. */
const KEY = Symbol.for('honker.drizzle.transactions');

/**
 * Knows which transactions of a Drizzle database are open.
 *
 * SQLite can't tell: a handle that was kept looks like the one of the transaction that is open now, and on
 * bun-sqlite, and with Drizzle 1.0 everywhere, a function that returns a promise commits at its first `await`,
 * without an error. So `transaction()` of the database, and of each transaction, is followed; it does what it
 * did.
 */
export class Transactions {
  readonly #db: Transactional;
  readonly #kind: DriverKind;
  /** Of every handle that was given out since then. */
  readonly #isOpen = new WeakMap<object, boolean>();
  #openCount = 0;
  /** The transaction whose function, an asynchronous one, has led here. */
  readonly #around = new AsyncLocalStorage<Transactional>();

  private constructor(db: Transactional, kind: DriverKind) {
    this.#db = db;
    this.#kind = kind;
    this.#follow(db);
  }

  static of(db: Transactional, kind: DriverKind): Transactions {
    const followed = db as Transactional & { [KEY]?: Transactions };
    if (followed[KEY] === undefined) {
      Object.defineProperty(followed, KEY, { value: new Transactions(db, kind) });
    }
    return followed[KEY] as Transactions;
  }

  /**
   * Whether `handle` is the database itself; otherwise it is an open transaction of it.
   *
   * @throws {TransactionUnusableError | TransactionOpenError} if it is neither, or the database inside its own
   *   transaction.
   */
  isDatabase(handle: Transactional, call: string): boolean {
    if (handle === this.#db) {
      this.requireOutside(call);
      return true;
    }
    this.requireOpen(handle, call);
    return false;
  }

  /** @throws {TransactionOpenError} inside the function of an open transaction. */
  requireOutside(call: string): void {
    if (this.isInside()) throw new TransactionOpenError(call, `Write: ${this.#example(call)}`);
  }

  /** @throws {TransactionUnusableError} unless it is an open transaction of the database. */
  requireOpen(handle: Transactional, call: string): void {
    const isOpen = isObject(handle) ? this.#isOpen.get(handle) : undefined;
    if (isOpen) return;
    throw new TransactionUnusableError(
      isOpen === false
        ? `${call} was given a transaction that has ended: it was committed or rolled back, or its function went on ` +
            `${AFTER_THE_END[this.#kind]}. Write: ${this.#example(call)}`
        : `${call} takes as its first argument the database that was given to honkerDrizzle(), or an open transaction ` +
            `of it, and was given ${describe(handle)}. Write: ${this.#example(call)}`,
    );
  }

  /** Whether the caller is inside the function of an open transaction. */
  isInside(): boolean {
    if (this.#kind === 'synchronous') return this.#openCount > 0;
    const around = this.#around.getStore();
    return around !== undefined && this.#isOpen.get(around) === true;
  }

  #follow(owner: Transactional): void {
    const transact = owner.transaction as Transact;
    const followed: Transact = (body, ...config) =>
      transact.call(owner, (tx) => this.#run(tx, body), ...config);
    Object.defineProperty(owner, 'transaction', {
      value: followed,
      configurable: true,
      writable: true,
    });
  }

  #run(tx: Transactional, body: Body): unknown {
    this.#follow(tx);
    this.#begin(tx);
    let isRunning = false;
    try {
      if (this.#kind === 'synchronous') return requireSynchronous(body(tx));
      const result = this.#around.run(tx, () => body(tx));
      isRunning = isPromise(result);
      return isRunning ? this.#finish(tx, result as PromiseLike<unknown>) : result;
    } finally {
      if (!isRunning) this.#end(tx);
    }
  }

  async #finish(tx: Transactional, result: PromiseLike<unknown>): Promise<unknown> {
    try {
      return await result;
    } finally {
      this.#end(tx);
    }
  }

  #begin(tx: Transactional): void {
    this.#isOpen.set(tx, true);
    this.#openCount++;
  }

  #end(tx: Transactional): void {
    this.#isOpen.set(tx, false);
    this.#openCount--;
  }

  #example(call: string): string {
    const line = call === 'job.ack()' ? 'job.ack(tx)' : call.replace('()', '(tx, …)');
    return this.#kind === 'synchronous'
      ? `db.transaction((tx) => { ${line}; })`
      : `await db.transaction(async (tx) => { await ${line}; })`;
  }
}

const AFTER_THE_END: Record<DriverKind, string> = {
  synchronous: 'after an await, where the transaction of a synchronous driver is over',
  asynchronous: 'without being awaited',
};

function requireSynchronous(result: unknown): unknown {
  if (!isPromise(result)) return result;
  // It may reject, for what this error has done to it. A query of Drizzle's is no promise: then() would run it.
  if (result instanceof Promise) result.catch(() => {});
  throw new TypeError(
    'the function given to db.transaction() returned a promise, or a query that was not run: the driver is ' +
      'synchronous, so what follows the first await would run outside the transaction, and everything was rolled back. ' +
      'Write: db.transaction((tx) => { tx.insert(orders).values(order).run(); queue.enqueue(tx, …); })',
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function describe(handle: unknown): string {
  return typeof (handle as Transactional | undefined | null)?.transaction === 'function'
    ? 'one of another database'
    : 'neither';
}
