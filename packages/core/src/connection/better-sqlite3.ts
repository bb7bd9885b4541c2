import { resolve } from 'node:path';
import type { SqlValue, WriteResult } from './connection.js';
import type { Driver, DriverStatement } from './driver.js';

interface Statement {
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): WriteResult;
  pluck(toggle?: boolean): Statement;
}

/**
 * The part of a better-sqlite3 `Database` that honker uses; versions 12 and 13 have it.
 *
 * @example
 * ```ts
 * import BetterSqlite3 from 'better-sqlite3';
 * import { type BetterSqlite3Database, open } from '@honker/core';
 *
 * const connection: BetterSqlite3Database = new BetterSqlite3('app.db');
 * open(connection).close();
 * connection.close();
 * ```
 */
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

export class BetterSqlite3Driver implements Driver {
  readonly path: string;
  readonly handle: BetterSqlite3Database;

  constructor(db: BetterSqlite3Database) {
    this.handle = db;
    this.path = resolve(db.name);
  }

  get isOpen(): boolean {
    return this.handle.open;
  }

  get inTransaction(): boolean {
    return this.handle.inTransaction;
  }

  prepare(sql: string): DriverStatement {
    return new BetterSqlite3Statement(this.handle.prepare(sql) as Statement, sql);
  }

  exec(sql: string): void {
    this.handle.exec(sql);
  }

  loadExtension(path: string): void {
    this.handle.loadExtension(path);
  }

  close(): void {
    this.handle.close();
  }
}

class BetterSqlite3Statement implements DriverStatement {
  readonly #statement: Statement;
  readonly #sql: string;
  #isPlucked = false;

  constructor(statement: Statement, sql: string) {
    this.#statement = statement;
    this.#sql = sql;
  }

  value(parameters: readonly unknown[]): unknown {
    if (!this.#isPlucked) {
      this.#statement.pluck(true);
      this.#isPlucked = true;
    }
    return this.#statement.get(...parameters);
  }

  run(parameters: readonly SqlValue[]): WriteResult {
    const { changes, lastInsertRowid } = this.#bind(parameters, (...values) =>
      this.#statement.run(...values),
    );
    return { changes, lastInsertRowid };
  }

  all(parameters: readonly SqlValue[]): Record<string, unknown>[] {
    return this.#bind(parameters, (...values) => this.#statement.all(...values)) as Record<
      string,
      unknown
    >[];
  }

  /** Where SQL numbers its parameters, `?1`, better-sqlite3 takes the numbers for names; other drivers don't. */
  #bind<Result>(parameters: readonly SqlValue[], use: (...values: unknown[]) => Result): Result {
    try {
      return use(...parameters);
    } catch (error) {
      // Of the binding: nothing has run. There may be a ?1 in a text of the SQL, so this comes second.
      if (!(error instanceof RangeError && /\?\d/.test(this.#sql))) throw error;
      return use(Object.fromEntries(parameters.map((value, index) => [index + 1, value])));
    }
  }

  finalize(): void {}
}
