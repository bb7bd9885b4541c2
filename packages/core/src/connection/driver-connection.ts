import { type Query, queries } from '../queries.js';
import type { Connection, SqlValue, WriteResult } from './connection.js';
import { type Driver, type DriverStatement, isBusy } from './driver.js';

/** The connection of a synchronous driver. */
export class DriverConnection implements Connection {
  readonly path: string;
  readonly driver: object;
  readonly #driver: Driver;
  /** The statements of honker's queries, prepared once. */
  readonly #statements = new Map<string, DriverStatement>();
  readonly #begin: DriverStatement;
  readonly #commit: DriverStatement;
  readonly #rollback: DriverStatement;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.driver = driver.handle;
    this.path = driver.path;
    this.#begin = driver.prepare('BEGIN IMMEDIATE');
    this.#commit = driver.prepare('COMMIT');
    this.#rollback = driver.prepare('ROLLBACK');
  }

  get inTransaction(): boolean {
    return this.#driver.inTransaction;
  }

  get isOpen(): boolean {
    return this.#driver.isOpen;
  }

  run<Result>(query: Query<Result>): Result {
    let statement = this.#statements.get(query.sql);
    if (statement === undefined) {
      statement = this.#driver.prepare(query.sql);
      this.#statements.set(query.sql, statement);
    }
    return query.decode(statement.value(query.parameters));
  }

  attempt(queriesOfOne: readonly Query[], waitMs: number): unknown[] | undefined {
    this.run(queries.busyLimit(waitMs));
    try {
      return queriesOfOne.length === 1
        ? queriesOfOne.map((query) => this.run(query))
        : this.#transact(queriesOfOne);
    } catch (error) {
      if (isBusy(error)) return undefined;
      throw error;
    } finally {
      if (this.isOpen) this.run(queries.busyLimit(null));
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
    this.#begin.run([]);
  }

  commit(): void {
    this.#commit.run([]);
  }

  rollback(): void {
    this.#rollback.run([]);
  }

  execute(sql: string, parameters: readonly SqlValue[]): WriteResult {
    return this.#driver.prepare(sql).run(parameters);
  }

  query(sql: string, parameters: readonly SqlValue[]): Record<string, unknown>[] {
    return this.#driver.prepare(sql).all(parameters);
  }

  close(): void {
    this.#driver.close();
  }
}
