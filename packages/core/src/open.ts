import { requireInteger, requireName } from './arguments.js';
import type { Retention } from './channel.js';
import { adopt, type DriverDatabase, NO_MEMORY } from './connection/adopt.js';
import { openFile } from './connection/open-file.js';
import { Database } from './database.js';

/**
 * The options of `open()`.
 *
 * @example
 * ```ts
 * import { open } from '@honker/core';
 *
 * const db = open('app.db', { notifications: { maxAgeS: 3600 } });
 * ```
 */
export interface OpenOptions {
  /**
   * Which notifications are kept for listeners that come late: those within both limits. Every thousandth that
   * a process sends deletes the others, in the background.
   */
  notifications?: {
    /** Whole seconds. Default: a day. */
    maxAgeS?: number;
    /** Default 100,000. */
    maxKeep?: number;
  };
}

/**
 * Opens a SQLite file with honker in it, creating both where they are missing: in WAL mode,
 * `synchronous=NORMAL`, foreign keys on, waiting up to 5 seconds for locks. By better-sqlite3, or by the
 * runtime's own SQLite (Node ≥ 22.23, Bun, Deno) where that isn't installed.
 *
 * Or takes a connection that the application has opened: a better-sqlite3 `Database`, a `DatabaseSync` of
 * node:sqlite, a `Database` of bun:sqlite. Its pragmas are left alone, and `close()` leaves it open.
 *
 * @throws {TypeError} for anything else, and for a database without a file or a read-only one.
 * @throws {ExtensionNotFoundError} where the extension isn't there for this machine.
 * @throws the driver's error, with the path in its message, where SQLite can't open the file.
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
export function open(database: string | DriverDatabase, options: OpenOptions = {}): Database {
  const keep = retentionOf(options);
  if (typeof database !== 'string') return new Database(adopt(database), keep);
  // better-sqlite3 trims it.
  if (['', ':memory:'].includes(database.trim())) throw new TypeError(NO_MEMORY);
  return new Database(openFile(requireName(database, 'path')), keep);
}

/** @internal */
export function retentionOf({ notifications = {} }: OpenOptions): Retention {
  return {
    maxAgeS: requireInteger(notifications.maxAgeS ?? 86_400, 'notifications.maxAgeS', 0),
    maxKeep: requireInteger(notifications.maxKeep ?? 100_000, 'notifications.maxKeep', 0),
  };
}
