import { resolve } from 'node:path';
import type { SqlValue, WriteResult } from './connection.js';
import type { Driver, DriverStatement } from './driver.js';

interface Statement {
  values(...parameters: unknown[]): unknown[][];
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): WriteResult;
  finalize(): void;
}

/**
 * The part of a `Database` of bun:sqlite that honker uses.
 *
 * @example
 * ```ts
 * import { Database } from 'bun:sqlite';
 * import { open } from '@honker/core';
 *
 * const connection = new Database('app.db');
 * open(connection).close();
 * connection.close();
 * ```
 */
export interface BunSqliteDatabase {
  readonly filename: string;
  readonly inTransaction: boolean;
  query(sql: string): unknown;
  prepare(sql: string): unknown;
  run(sql: string): unknown;
  loadExtension(path: string): unknown;
  close(): unknown;
}

export class BunSqliteDriver implements Driver {
  readonly path: string;
  readonly handle: BunSqliteDatabase;

  constructor(db: BunSqliteDatabase) {
    this.handle = db;
    this.path = resolve(db.filename);
  }

  /** There is no property that tells: what is closed throws when it is asked for anything. */
  get isOpen(): boolean {
    try {
      return typeof this.handle.inTransaction === 'boolean';
    } catch {
      return false;
    }
  }

  get inTransaction(): boolean {
    return this.handle.inTransaction;
  }

  prepare(sql: string): DriverStatement {
    return new BunSqliteStatement(this.handle.prepare(sql) as Statement);
  }

  exec(sql: string): void {
    this.handle.run(sql);
  }

  loadExtension(path: string): void {
    this.handle.loadExtension(path);
  }

  close(): void {
    this.handle.close();
  }
}

class BunSqliteStatement implements DriverStatement {
  readonly #statement: Statement;

  constructor(statement: Statement) {
    this.#statement = statement;
  }

  value(parameters: readonly unknown[]): unknown {
    return this.#statement.values(...parameters)[0]?.[0];
  }

  run(parameters: readonly SqlValue[]): WriteResult {
    const { changes, lastInsertRowid } = this.#statement.run(...parameters);
    return { changes, lastInsertRowid };
  }

  all(parameters: readonly SqlValue[]): Record<string, unknown>[] {
    return this.#statement.all(...parameters) as Record<string, unknown>[];
  }

  finalize(): void {
    this.#statement.finalize();
  }
}
