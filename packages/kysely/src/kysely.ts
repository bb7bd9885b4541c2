/** The part of Kysely that honker uses, as 0.28 and 0.29 have it; honker imports nothing of Kysely's. */

/** Kysely's one connection to the database. */
export interface KyselyConnection {
  executeQuery(...args: never[]): unknown;
}

/** Where connections come from: from `db`, one after the other; from a transaction, always its own. */
export interface KyselyExecutor {
  /** Made with `db`, and shared by everything that is derived from it. */
  readonly adapter: object;
  provideConnection<Result>(
    consumer: (connection: KyselyConnection) => Promise<Result>,
  ): Promise<Result>;
}

/**
 * The first argument of everything that writes: a transaction (`Transaction` or `ControlledTransaction`), to
 * be a part of it, or `db`, to be a transaction of its own.
 *
 * @example
 * ```ts
 * async function welcome(handle: KyselyHandle, to: string) {
 *   await emails.enqueue(handle, { to });
 * }
 * await welcome(db, 'alice@example.com');
 * await db.transaction().execute((trx) => welcome(trx, 'bob@example.com'));
 * ```
 */
export interface KyselyHandle {
  readonly isTransaction: boolean;
  getExecutor(): KyselyExecutor;
}

/**
 * `db`, a `Kysely` with SqliteDialect, whatever its tables.
 *
 * @example
 * ```ts
 * const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
 * const honker = await honkerKysely(db, database);
 * ```
 */
export interface KyselyDatabase extends KyselyHandle {
  connection(): {
    execute<Result>(callback: (db: KyselyDatabase) => Promise<Result>): Promise<Result>;
  };
  transaction(): {
    execute<Result>(callback: (trx: KyselyHandle) => Promise<Result>): Promise<Result>;
  };
}

/** @throws {TypeError} for what is neither `db` nor a transaction; it names what was given instead. */
export function executorOf(handle: KyselyHandle, call: string): KyselyExecutor {
  if (typeof handle?.getExecutor === 'function') return handle.getExecutor();
  throw new TypeError(
    `${call} takes the transaction, or Kysely's db, as its first argument: ${rightLine(handle, call)}`,
  );
}

function rightLine(given: unknown, call: string): string {
  const has = (method: string) => typeof (given as never)?.[method] === 'function';
  if (has('then')) return 'it was given a promise, which is to be awaited before';
  if (has('setIsolationLevel')) {
    return 'it was given what begins one; write await db.transaction().execute(async (trx) => { … })';
  }
  return `write await ${handing('trx', call)}, or await ${handing('db', call)}`;
}

/** `queue.enqueue()` as it is called with a handle. */
export function handing(handle: string, call: string): string {
  return call.replace('()', `(${handle}, …)`);
}
