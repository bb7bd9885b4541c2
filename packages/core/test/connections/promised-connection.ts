import { type AsyncConnection, isBusy, type Query, queries } from '@honker/core/adapter';
import { extensionPath } from '@honker/native';

/** The part of better-sqlite3 that is used below. */
export interface Handle {
  readonly name: string;
  readonly open: boolean;
  readonly inTransaction: boolean;
  prepare(sql: string): { pluck(toggle: boolean): { get(...parameters: unknown[]): unknown } };
  exec(sql: string): unknown;
  loadExtension(path: string): unknown;
}

/** What an ORM's connection is like: every answer is a promise, later than asked for, one caller at a time. */
export class PromisedConnection implements AsyncConnection {
  readonly path: string;
  readonly driver: Handle;
  isOpen = true;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(db: Handle) {
    db.loadExtension(extensionPath());
    this.driver = db;
    this.path = db.name;
  }

  run<Result>(query: Query<Result>): Promise<Result> {
    return this.#inTurn(() => this.#run(query));
  }

  attempt(list: readonly Query[], waitMs: number): Promise<unknown[] | undefined> {
    return this.#inTurn(() => {
      if (this.driver.inTransaction) return undefined;
      this.#run(queries.busyLimit(waitMs));
      try {
        this.driver.exec('BEGIN IMMEDIATE');
        const results = list.map((query) => this.#run(query));
        this.driver.exec('COMMIT');
        return results;
      } catch (error) {
        if (this.driver.inTransaction) this.driver.exec('ROLLBACK');
        if (isBusy(error)) return undefined;
        throw error;
      } finally {
        this.#run(queries.busyLimit(null));
      }
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(() => {
      this.isOpen = false;
    });
  }

  #run<Result>({ sql, parameters, decode }: Query<Result>): Result {
    return decode(
      this.driver
        .prepare(sql)
        .pluck(true)
        .get(...parameters),
    );
  }

  #inTurn<Result>(body: () => Result): Promise<Result> {
    const result = this.#turn.then(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return body();
    });
    this.#turn = result.catch(() => {});
    return result;
  }
}
