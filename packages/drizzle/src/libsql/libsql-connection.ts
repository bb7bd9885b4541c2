import { setTimeout } from 'node:timers/promises';
import { type AsyncConnection, isBusy, type Query, queries } from '@honker/core/adapter';
import type { LibsqlDatabase, LibsqlStatement } from './load-libsql.cjs';

/** How long a call of the application waits for a lock, as core's own connections do. */
const BUSY_TIMEOUT_MS = 5000;
/** How long it holds up the event loop for it at a time. */
const WAIT_MS = 2;

/**
 * A connection of honker's own to a file that a libsql client has open.
 *
 * libsql's calls block, and the client's transactions last over `await`s of the same process. So nothing here
 * waits for a lock for longer than 2 ms: it goes back to the event loop, where the transaction that holds the
 * lock can end, and tries again.
 */
export class LibsqlConnection implements AsyncConnection {
  readonly path: string;
  readonly driver: object;
  readonly #database: LibsqlDatabase;
  readonly #isInside: () => boolean;
  /** The statements of honker's queries, prepared once. */
  readonly #statements = new Map<string, LibsqlStatement>();
  #waitMs = 0;

  constructor(path: string, driver: object, database: LibsqlDatabase, isInside: () => boolean) {
    this.path = path;
    this.driver = driver;
    this.#database = database;
    this.#isInside = isInside;
  }

  get isOpen(): boolean {
    return this.#database.open;
  }

  get isInsideTransaction(): boolean {
    return this.#isInside();
  }

  async run<Result>(query: Query<Result>): Promise<Result> {
    const giveUpAt = performance.now() + BUSY_TIMEOUT_MS;
    for (;;) {
      try {
        return this.#runWaiting(query, WAIT_MS);
      } catch (error) {
        if (!isBusy(error) || performance.now() > giveUpAt) throw error;
        await setTimeout(1 + Math.random() * 4);
      }
    }
  }

  async attempt(queriesOfOne: readonly Query[], waitMs: number): Promise<unknown[] | undefined> {
    try {
      const [first] = queriesOfOne;
      return first !== undefined && queriesOfOne.length === 1
        ? [this.#runWaiting(first, waitMs)]
        : this.#transact(queriesOfOne, waitMs);
    } catch (error) {
      if (isBusy(error)) return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#database.close();
  }

  #transact(queriesOfOne: readonly Query[], waitMs: number): unknown[] {
    this.#wait(waitMs);
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const results = queriesOfOne.map((query) => this.#run(query));
      this.#database.exec('COMMIT');
      return results;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #runWaiting<Result>(query: Query<Result>, waitMs: number): Result {
    this.#wait(waitMs);
    return this.#run(query);
  }

  /** No one else uses the connection, so it is told only when that changes. */
  #wait(waitMs: number): void {
    if (waitMs === this.#waitMs) return;
    this.#run(queries.busyTimeout(waitMs));
    this.#waitMs = waitMs;
  }

  #run<Result>(query: Query<Result>): Result {
    let statement = this.#statements.get(query.sql);
    if (statement === undefined) {
      statement = this.#database.prepare(query.sql).raw();
      this.#statements.set(query.sql, statement);
    }
    return query.decode(statement.all(query.parameters)[0]?.[0]);
  }
}
