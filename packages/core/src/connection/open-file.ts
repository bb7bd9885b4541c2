import { resolve } from 'node:path';
import { extensionPath } from '@honker/native';
import { HonkerError } from '../errors.js';
import { queries } from '../queries/queries.js';
import { type BetterSqlite3Database, BetterSqlite3Driver } from './better-sqlite3.js';
import { type BunSqliteDatabase, BunSqliteDriver } from './bun-sqlite.js';
import type { Connection } from './connection.js';
import { type Driver, isBusy } from './driver.js';
import { DriverConnection } from './driver-connection.js';
import { loadDriver } from './load-driver.cjs';
import { type NodeSqliteDatabase, NodeSqliteDriver } from './node-sqlite.js';

/** How long a connection of ours waits for a lock. */
const BUSY_TIMEOUT_MS = 5000;
/** As many as SQLite's own default: 4 MB. */
const CHECKPOINT_PAGES = 1000;

/** Opens a file with WAL, `synchronous=NORMAL`, foreign keys, honker's fair busy handler and its checkpoints. */
export function openFile(path: string): Connection {
  const extension = extensionPath();
  try {
    return configured(openDriver(path), extension);
  } catch (error) {
    nameFile(error, path);
    throw error;
  }
}

/** SQLite's errors don't tell which file they speak of. They keep their class and code. */
function nameFile(error: unknown, path: string): void {
  if (!(error instanceof Error) || error instanceof HonkerError) return;
  const message = `cannot open ${resolve(path)}: ${error.message}`;
  if (error.stack !== undefined) error.stack = error.stack.replace(error.message, () => message);
  error.message = message;
}

function configured(driver: Driver, extension: string): Connection {
  try {
    driver.loadExtension(extension);
    const connection = new DriverConnection(driver, true);
    // Before the switch to WAL, which several processes may be making at once.
    connection.run(queries.busyTimeout(BUSY_TIMEOUT_MS));
    useWal(driver);
    connection.run(queries.walAutocheckpoint(CHECKPOINT_PAGES));
    driver.exec('PRAGMA synchronous = NORMAL');
    driver.exec('PRAGMA foreign_keys = ON');
    connection.run(queries.bootstrap());
    return connection;
  } catch (error) {
    driver.close();
    throw error;
  }
}

/** better-sqlite3, or the runtime's own SQLite where that isn't installed. Bun can't load it at all. */
function openDriver(path: string): Driver {
  if ('bun' in process.versions) {
    const { Database } = loadDriver('bun:sqlite') as {
      Database: new (path: string) => BunSqliteDatabase;
    };
    return new BunSqliteDriver(new Database(path));
  }
  const BetterSqlite3 = loadIfThere('better-sqlite3') as
    | (new (
        path: string,
      ) => BetterSqlite3Database)
    | undefined;
  if (BetterSqlite3 !== undefined) return new BetterSqlite3Driver(new BetterSqlite3(path));
  const nodeSqlite = loadIfThere('node:sqlite') as
    | { DatabaseSync: new (path: string, options: object) => NodeSqliteDatabase }
    | undefined;
  if (nodeSqlite !== undefined) {
    return new NodeSqliteDriver(new nodeSqlite.DatabaseSync(path, { allowExtension: true }));
  }
  throw new HonkerError(
    'HONKER_DRIVER_NOT_FOUND',
    'open(path) needs better-sqlite3, or a runtime with SQLite in it (Node ≥ 22.23, Bun, Deno): npm install ' +
      'better-sqlite3, or give open() a connection that you have made yourself',
  );
}

/** Undefined where it isn't installed; one that is, and fails, tells why. */
function loadIfThere(name: 'better-sqlite3' | 'node:sqlite'): unknown {
  try {
    return loadDriver(name);
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_UNKNOWN_BUILTIN_MODULE') return undefined;
    throw new HonkerError(
      'HONKER_DRIVER_NOT_FOUND',
      `${name} is installed, but could not be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** SQLite asks no busy handler when two connections switch at once: one of them is just refused. */
function useWal(driver: Driver): void {
  const giveUpAt = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      driver.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 4);
    }
  }
}
