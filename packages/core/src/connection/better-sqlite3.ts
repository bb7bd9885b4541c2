import { resolve } from 'node:path';
import { extensionPath } from '@honker/native';
import { HonkerError } from '../errors.js';
import { type Query, queries } from '../queries.js';
import type { Connection, SqlValue, WriteResult } from './connection.js';
import { loadBetterSqlite3 } from './load-better-sqlite3.cjs';

/** The part of a better-sqlite3 statement that honker uses. */
interface Statement {
  readonly reader: boolean;
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): WriteResult;
  pluck(toggle?: boolean): Statement;
}

/** The part of a better-sqlite3 `Database` that honker uses; versions 12 and 13 have it. */
export interface BetterSqlite3Database {
  readonly name: string;
  readonly open: boolean;
  readonly inTransaction: boolean;
  readonly memory: boolean;
  readonly readonly: boolean;
  prepare(sql: string): unknown;
  exec(sql: string): unknown;
  pragma(source: string, options?: { simple?: boolean }): unknown;
  loadExtension(path: string): unknown;
  close(): unknown;
}

type Constructor = new (path: string, options: { timeout: number }) => BetterSqlite3Database;

/** How long a connection of ours waits for a lock. */
const BUSY_TIMEOUT_MS = 5000;

/** Opens a file with WAL, `synchronous=NORMAL`, foreign keys, and honker's fair busy handler. */
export function openBetterSqlite3(path: string): Connection {
  const BetterSqlite3 = constructorOfBetterSqlite3();
  const db = new BetterSqlite3(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.loadExtension(extensionPath());
    const connection = new BetterSqlite3Connection(db);
    // Before the switch to WAL, which several processes may be making at once.
    connection.run(queries.busyTimeout(BUSY_TIMEOUT_MS));
    useWal(db);
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    connection.run(queries.bootstrap());
    return connection;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Takes a connection that the application made: its pragmas stay, and closing it is not ours. */
export function adoptBetterSqlite3(db: BetterSqlite3Database): Connection {
  db.loadExtension(extensionPath());
  const connection = new BetterSqlite3Connection(db);
  connection.run(queries.bootstrap());
  return connection;
}

function constructorOfBetterSqlite3(): Constructor {
  try {
    return loadBetterSqlite3() as Constructor;
  } catch (cause) {
    throw new HonkerError(
      'HONKER_DRIVER_NOT_FOUND',
      'open(path) needs better-sqlite3, which could not be loaded: npm install better-sqlite3, or give open() a ' +
        'connection that you have made yourself',
      { cause },
    );
  }
}

/** SQLite asks no busy handler when two connections switch at once: one of them is just refused. */
function useWal(db: BetterSqlite3Database): void {
  const giveUpAt = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 4);
    }
  }
}

function isBusy(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

class BetterSqlite3Connection implements Connection {
  readonly path: string;
  readonly driver: BetterSqlite3Database;
  /** The statements of honker's queries, prepared once. */
  readonly #statements = new Map<string, Statement>();
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #busyLimit: Statement;

  constructor(db: BetterSqlite3Database) {
    this.driver = db;
    this.path = resolve(db.name);
    this.#begin = this.#prepare('BEGIN IMMEDIATE');
    this.#commit = this.#prepare('COMMIT');
    this.#rollback = this.#prepare('ROLLBACK');
    this.#busyLimit = this.#prepare(queries.busyLimit(null).sql).pluck(true);
  }

  get inTransaction(): boolean {
    return this.driver.inTransaction;
  }

  get isOpen(): boolean {
    return this.driver.open;
  }

  run<Result>(query: Query<Result>): Result {
    let statement = this.#statements.get(query.sql);
    if (statement === undefined) {
      statement = this.#prepare(query.sql).pluck(true);
      this.#statements.set(query.sql, statement);
    }
    return query.decode(statement.get(...query.parameters));
  }

  attempt(queriesOfOne: readonly Query[], waitMs: number): unknown[] | undefined {
    this.#busyLimit.get(waitMs);
    try {
      return queriesOfOne.length === 1
        ? queriesOfOne.map((query) => this.run(query))
        : this.#transact(queriesOfOne);
    } catch (error) {
      if (isBusy(error)) return undefined;
      throw error;
    } finally {
      if (this.driver.open) this.#busyLimit.get(null);
    }
  }

  #transact(queriesOfOne: readonly Query[]): unknown[] {
    this.begin();
    try {
      const results = queriesOfOne.map((query) => this.run(query));
      this.commit();
      return results;
    } catch (error) {
      if (this.inTransaction) this.rollback();
      throw error;
    }
  }

  begin(): void {
    this.#begin.run();
  }

  commit(): void {
    this.#commit.run();
  }

  rollback(): void {
    this.#rollback.run();
  }

  execute(sql: string, parameters: readonly SqlValue[]): WriteResult {
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...parameters);
    return { changes, lastInsertRowid };
  }

  query(sql: string, parameters: readonly SqlValue[]): Record<string, unknown>[] {
    return this.#prepare(sql).all(...parameters) as Record<string, unknown>[];
  }

  close(): void {
    this.driver.close();
  }

  #prepare(sql: string): Statement {
    return this.driver.prepare(sql) as Statement;
  }
}
