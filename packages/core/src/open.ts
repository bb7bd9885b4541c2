import { requireInteger, requireName } from './arguments.js';
import {
  adoptBetterSqlite3,
  type BetterSqlite3Database,
  openBetterSqlite3,
} from './connection/better-sqlite3.js';
import { Database, type Retention } from './database.js';
import { ClosedError, TransactionOpenError } from './errors.js';

export interface OpenOptions {
  /**
   * Which notifications are kept for listeners that come late: those of at most `maxAgeS` seconds
   * (default: a day), at most `maxKeep` (default: 100,000). Every thousandth that a process sends deletes
   * the others, in the background.
   */
  notifications?: Partial<Retention>;
}

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
export function open(
  database: string | BetterSqlite3Database,
  { notifications = {} }: OpenOptions = {},
): Database {
  const keep: Retention = {
    maxAgeS: requireInteger(notifications.maxAgeS ?? 86_400, 'notifications.maxAgeS', 0),
    maxKeep: requireInteger(notifications.maxKeep ?? 100_000, 'notifications.maxKeep', 0),
  };
  if (typeof database === 'string') {
    requirePath(database);
    return new Database(openBetterSqlite3(database), true, keep);
  }
  requireConnection(database);
  return new Database(adoptBetterSqlite3(database), false, keep);
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
