/** A database that runs a function in a transaction: what `drizzle()` or `open()` returned. */
interface TransactionalDatabase {
  transaction(body: (tx: never) => unknown, options?: { behavior: 'immediate' }): unknown;
}

/** A Kysely. */
interface KyselyDatabase {
  readonly isTransaction: boolean;
  transaction(): { execute(body: (trx: never) => Promise<unknown>): Promise<unknown> };
}

/** The transaction that a database's functions get. */
export type TransactionOf<Db> = Db extends {
  readonly isTransaction: boolean;
  transaction(): { execute(body: (trx: infer Tx) => Promise<unknown>): unknown };
}
  ? Tx
  : Db extends { transaction(body: (tx: infer Tx) => unknown): unknown }
    ? Tx
    : never;

/**
 * Runs a function in a transaction of the database that `honkerMiddleware(honker, db)` was given: a Drizzle or Kysely
 * database, or honker's own. What it writes and what it enqueues with its `tx` commits together, or not at all:
 * it is rolled back when the function throws, and when it returns a response with a status of 400 or above.
 *
 * With a synchronous driver (better-sqlite3, node:sqlite, bun:sqlite) the function must not be asynchronous, except
 * with Kysely: what follows an `await` would run outside the transaction. Read the request before.
 *
 * @returns what the function returned.
 *
 * @example
 * ```ts
 * const orders = new Hono().use(honkerMiddleware(db)).post('/orders', (c) =>
 *   transaction(c, (tx) => {
 *     tx.execute('CREATE TABLE IF NOT EXISTS orders (item TEXT)');
 *     tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
 *     emails.enqueueTx(tx, { to: 'alice@example.com' });
 *     return c.json({ item: 'book' }, 201);
 *   }),
 * );
 * ```
 */
export async function transaction<Db extends object, Result>(
  c: { readonly var: { readonly honkerDb: Db } },
  body: (tx: TransactionOf<Db>) => Result,
): Promise<Awaited<Result>> {
  const db = c.var.honkerDb as TransactionalDatabase | KyselyDatabase;
  if (typeof db?.transaction !== 'function') {
    throw new TypeError(
      'transaction() needs the database in the context: app.use(honkerMiddleware(honker, db)), where db is a Drizzle or ' +
        'Kysely database, or honkerMiddleware(open(…))',
    );
  }
  try {
    return (await run(db, body as (tx: never) => unknown)) as Awaited<Result>;
  } catch (error) {
    if (error instanceof Refused) return error.response as Awaited<Result>;
    throw error;
  }
}

/** Thrown to have the transaction rolled back, though nothing went wrong. */
class Refused {
  readonly response: Response;

  constructor(response: Response) {
    this.response = response;
  }
}

function run(db: TransactionalDatabase | KyselyDatabase, body: (tx: never) => unknown): unknown {
  if (isKysely(db)) return db.transaction().execute(async (trx) => checked(await body(trx)));
  const whole = (tx: never) => {
    const result = body(tx);
    return isPromise(result) ? result.then(checked) : checked(result);
  };
  // Drizzle's default begins to write when it writes: too late, if somebody else has written since it read.
  return db.transaction(whole, { behavior: 'immediate' });
}

function checked(result: unknown): unknown {
  if (result instanceof Response && result.status >= 400) throw new Refused(result);
  return result;
}

function isKysely(db: TransactionalDatabase | KyselyDatabase): db is KyselyDatabase {
  return typeof (db as KyselyDatabase).isTransaction === 'boolean';
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined | null)?.then === 'function';
}
