import { extensionPath } from '@honker/native';
import { ClosedError, TransactionOpenError } from '../errors.js';
import { queries } from '../queries/queries.js';
import { type BetterSqlite3Database, BetterSqlite3Driver } from './better-sqlite3.js';
import { type BunSqliteDatabase, BunSqliteDriver } from './bun-sqlite.js';
import type { Connection } from './connection.js';
import type { Driver } from './driver.js';
import { DriverConnection } from './driver-connection.js';
import { type NodeSqliteDatabase, NodeSqliteDriver } from './node-sqlite.js';

/**
 * A connection that the application has made: a better-sqlite3 `Database`, a `DatabaseSync` of
 * node:sqlite, or a `Database` of bun:sqlite. honker depends on none of them, only on what it calls.
 *
 * @example
 * ```ts
 * import BetterSqlite3 from 'better-sqlite3';
 * import { type DriverDatabase, open } from '@honker/core';
 *
 * const connection: DriverDatabase = new BetterSqlite3('app.db');
 * open(connection).close();
 * connection.close();
 * ```
 */
export type DriverDatabase = BetterSqlite3Database | NodeSqliteDatabase | BunSqliteDatabase;

/**
 * Why a database without a file is refused.
 *
 * @example
 * ```ts
 * import { NO_MEMORY } from '@honker/core/adapter';
 *
 * function requireFile(path: string): void {
 *   if (path === '') throw new TypeError(NO_MEMORY);
 * }
 * ```
 */
export const NO_MEMORY =
  'honker needs a database file: an in-memory database belongs to one connection, so no worker ' +
  'could ever see its jobs. In tests, use a file in a temporary folder';

const GIVEN = 'the connection that was given to open()';
const READ_ONLY =
  'honker cannot work on a read-only connection: enqueueing, claiming and acking all write';

/**
 * Takes a connection that the application made: its pragmas stay, and closing it is not ours.
 *
 * @example
 * ```ts
 * import BetterSqlite3 from 'better-sqlite3';
 * import { adopt, queries } from '@honker/core/adapter';
 *
 * const database = new BetterSqlite3('app.db');
 * const connection = adopt(database);
 * console.log(connection.run(queries.cancel(42))); // => false
 * database.close();
 * ```
 */
export function adopt(database: DriverDatabase): Connection {
  const driver = toDriver(database);
  if (driver.inTransaction) {
    throw new TransactionOpenError('open()', 'Call it before the transaction begins.');
  }
  driver.loadExtension(extensionPath());
  const connection = new DriverConnection(driver, false);
  try {
    connection.run(queries.bootstrap());
    if (!(driver instanceof BetterSqlite3Driver)) requireWritable(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** No driver but better-sqlite3 tells what is read-only, and a bootstrap that finds all there writes nothing. */
function requireWritable(connection: Connection): void {
  try {
    // It deletes nothing, but has to be able to; where somebody else writes just now, it could.
    connection.attempt([queries.cancel(0)], 0);
  } catch (error) {
    if (/readonly/.test((error as Error).message)) throw new TypeError(READ_ONLY);
    throw error;
  }
}

function toDriver(database: DriverDatabase): Driver {
  const has = (name: string) => typeof (database as never)?.[name] === 'function';
  if (has('loadExtension') && has('prepare')) {
    if (has('pragma')) return betterSqlite3(database as BetterSqlite3Database);
    if (has('location')) return nodeSqlite(database as NodeSqliteDatabase);
    if (has('query')) return bunSqlite(database as BunSqliteDatabase);
  }
  throw new TypeError(
    'open() takes the path of a database file, or a connection: a better-sqlite3 Database, a DatabaseSync of ' +
      'node:sqlite (Node ≥ 22.23), or a Database of bun:sqlite',
  );
}

function betterSqlite3(database: BetterSqlite3Database): Driver {
  if (!database.open) throw new ClosedError(GIVEN);
  if (database.memory) throw new TypeError(NO_MEMORY);
  if (database.readonly) throw new TypeError(READ_ONLY);
  return new BetterSqlite3Driver(database);
}

function nodeSqlite(database: NodeSqliteDatabase): Driver {
  if (!database.isOpen) throw new ClosedError(GIVEN);
  if (database.location() === null) throw new TypeError(NO_MEMORY);
  return new NodeSqliteDriver(database);
}

function bunSqlite(database: BunSqliteDatabase): Driver {
  if (['', ':memory:'].includes(database.filename)) throw new TypeError(NO_MEMORY);
  const driver = new BunSqliteDriver(database);
  if (!driver.isOpen) throw new ClosedError(GIVEN);
  return driver;
}
