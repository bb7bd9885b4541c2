import { queries } from '../queries/queries.js';
import type { Query } from '../queries/query.js';
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

  /** One that the application made stays open when honker is done with it. */
  readonly #isOurs: boolean;

  constructor(driver: Driver, isOurs: boolean) {
    this.#driver = driver;
    this.#isOurs = isOurs;
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
    return this.#once(sql, (statement) => statement.run(parameters));
  }

  query(sql: string, parameters: readonly SqlValue[]): Record<string, unknown>[] {
    return this.#once(sql, (statement) => statement.all(parameters));
  }

  #once<Result>(sql: string, use: (statement: DriverStatement) => Result): Result {
    const statement = this.#driver.prepare(sql);
    try {
      return use(statement);
    } finally {
      statement.finalize();
    }
  }

  close(): void {
    if (!this.isOpen) return;
    const own = [this.#begin, this.#commit, this.#rollback, ...this.#statements.values()];
    for (const each of own) each.finalize();
    if (this.#isOurs) this.#driver.close();
  }
}
