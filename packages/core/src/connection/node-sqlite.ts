import { resolve } from 'node:path';
import { HonkerError } from '../errors.js';
import type { SqlValue, WriteResult } from './connection.js';
import type { Driver, DriverStatement } from './driver.js';

interface Statement {
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

/**
 * The part of a `DatabaseSync` of node:sqlite that honker uses; Node ≥ 22.23 and Deno have it.
 *
 * @example
 * ```ts
 * import { DatabaseSync } from 'node:sqlite';
 * import { open } from '@honker/core';
 *
 * const connection = new DatabaseSync('app.db', { allowExtension: true });
 * open(connection).close();
 * connection.close();
 * ```
 */
export interface NodeSqliteDatabase {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  location(): string | null;
  prepare(sql: string): unknown;
  exec(sql: string): unknown;
  enableLoadExtension(allow: boolean): unknown;
  loadExtension(path: string): unknown;
  close(): unknown;
}

export class NodeSqliteDriver implements Driver {
  readonly path: string;
  readonly handle: NodeSqliteDatabase;

  constructor(db: NodeSqliteDatabase) {
    this.handle = db;
    this.path = resolve(db.location() ?? '');
  }

  get isOpen(): boolean {
    return this.handle.isOpen;
  }

  get inTransaction(): boolean {
    return this.handle.isTransaction;
  }

  prepare(sql: string): DriverStatement {
    return new NodeSqliteStatement(this.handle.prepare(sql) as Statement);
  }

  exec(sql: string): void {
    this.handle.exec(sql);
  }

  loadExtension(path: string): void {
    try {
      this.handle.loadExtension(path);
    } catch (cause) {
      if (!/not allowed|not enabled/.test((cause as Error).message)) throw cause;
      throw new HonkerError(
        'HONKER_EXTENSION_REFUSED',
        'this node:sqlite connection may not load extensions: make it with ' +
          'new DatabaseSync(path, { allowExtension: true })',
        { cause },
      );
    }
  }

  close(): void {
    this.handle.close();
  }
}

class NodeSqliteStatement implements DriverStatement {
  readonly #statement: Statement;

  constructor(statement: Statement) {
    this.#statement = statement;
  }

  value(parameters: readonly unknown[]): unknown {
    const row = this.#statement.get(...parameters) as Record<string, unknown>;
    for (const column in row) return row[column];
    return undefined;
  }

  run(parameters: readonly SqlValue[]): WriteResult {
    const { changes, lastInsertRowid } = this.#statement.run(...parameters);
    return { changes: Number(changes), lastInsertRowid };
  }

  all(parameters: readonly SqlValue[]): Record<string, unknown>[] {
    return this.#statement.all(...parameters) as Record<string, unknown>[];
  }

  finalize(): void {}
}
