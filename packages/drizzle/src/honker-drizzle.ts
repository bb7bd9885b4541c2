import { type DriverDatabase, type OpenOptions, open } from '@honker/core';
import type { AsyncHonkerDrizzle } from './async-honker.js';
import type { AsyncDrizzleHandle, DrizzleHandle, Transactional } from './handle.js';
import { Handles } from './handles.js';
import { HonkerDrizzle } from './honker.js';
import { isLibsqlClient, type LibsqlClient } from './libsql/client.js';
import { honkerLibsql } from './libsql/honker-libsql.js';
import { Transactions } from './transactions.js';

/**
 * A Drizzle database of a driver that answers at once: better-sqlite3, node-sqlite, bun-sqlite.
 *
 * @example
 * ```ts
 * import { type DrizzleDatabase, honkerDrizzle } from '@honker/drizzle';
 *
 * const openMails = (db: DrizzleDatabase) => honkerDrizzle(db).queue<Email>('emails');
 * openMails(db);
 * ```
 */
export interface DrizzleDatabase extends DrizzleHandle {
  readonly $client: DriverDatabase;
}

/**
 * A Drizzle database of libsql, whose answers are promises.
 *
 * @example
 * ```ts
 * import { type AsyncDrizzleDatabase, honkerDrizzle } from '@honker/drizzle';
 *
 * const openMails = async (db: AsyncDrizzleDatabase) =>
 *   (await honkerDrizzle(db)).queue<Email>('emails');
 * ```
 */
export interface AsyncDrizzleDatabase extends AsyncDrizzleHandle {
  readonly $client: LibsqlClient;
}

/**
 * honker on a Drizzle database: loads the extension into `db`'s own connection and makes honker's tables where
 * they are missing. Drizzle 0.45 and 1.0, with better-sqlite3, node:sqlite or bun:sqlite; with libsql, whose
 * files it takes, it returns a promise.
 *
 * `db.transaction()` goes on as before, but for two things: honker knows which `tx` is open, and on a
 * synchronous driver a function that returns a promise is refused, since it would commit at its first `await`.
 *
 * @throws {TypeError} for anything else, and for a database without a file or a read-only one.
 * @throws {ExtensionNotFoundError} where the extension isn't there for this machine.
 *
 * @example
 * ```ts
 * import { honkerDrizzle } from '@honker/drizzle';
 * import Database from 'better-sqlite3';
 * import { drizzle } from 'drizzle-orm/better-sqlite3';
 *
 * const db = drizzle({ client: new Database('app.db') });
 * const honker = honkerDrizzle(db);
 * const emails = honker.queue<{ to: string }>('emails');
 * db.transaction((tx) => {
 *   emails.enqueue(tx, { to: 'alice@example.com' });
 * });
 * ```
 */
export function honkerDrizzle(db: DrizzleDatabase, options?: OpenOptions): HonkerDrizzle;
export function honkerDrizzle(
  db: AsyncDrizzleDatabase,
  options?: OpenOptions,
): Promise<AsyncHonkerDrizzle>;
export function honkerDrizzle(
  db: DrizzleDatabase | AsyncDrizzleDatabase,
  options?: OpenOptions,
): HonkerDrizzle | Promise<AsyncHonkerDrizzle> {
  const client: unknown = db?.$client;
  if (isLibsqlClient(client)) return honkerLibsql(db, client, options);
  if (!isTransactional(db) || !isConnection(client)) {
    throw new TypeError(
      'honkerDrizzle() takes the database that drizzle() returned, of better-sqlite3, node-sqlite, bun-sqlite or libsql',
    );
  }
  const database = open(client, options);
  const transactions = Transactions.of(db, 'synchronous');
  // Every transaction of this database runs on its one connection, where core has its statements prepared.
  return new HonkerDrizzle(database, new Handles(transactions, () => client));
}

function isTransactional(db: Transactional): boolean {
  return typeof db?.transaction === 'function';
}

function isConnection(client: unknown): client is DriverDatabase {
  return typeof (client as DriverDatabase | undefined)?.loadExtension === 'function';
}
