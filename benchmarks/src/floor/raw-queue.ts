import Database from 'better-sqlite3';

export interface RawJob {
  id: number;
  queue: string;
  payload: string;
  attempts: number;
  claim_expires_at: number;
}

/**
 * The floor: what a careful program without honker would do with better-sqlite3 on the same table,
 * prepared statements only. The file must have been made by honker, so the indexes are the same.
 *
 * Every statement is stepped to its end (`run` and `all`, never `get`), or SQLite would not checkpoint.
 */
export class RawQueue {
  readonly #db: Database.Database;
  readonly #queue: string;
  readonly #workerId: string;
  readonly #insert: Database.Statement;
  readonly #insertMany: Database.Statement;
  readonly #claim: Database.Statement<[string, string, number], RawJob>;
  readonly #isReady: Database.Statement;
  readonly #take: Database.Statement;
  readonly #delete: Database.Statement;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #selects = new Map<number, Database.Statement<[string], RawJob>>();

  constructor(path: string, queue: string, workerId = 'worker-1') {
    this.#db = new Database(path, { timeout: 5000 });
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = NORMAL');
    this.#queue = queue;
    this.#workerId = workerId;
    this.#insert = this.#db.prepare('INSERT INTO _honker_live (queue, payload) VALUES (?, ?)');
    this.#insertMany = this.#db.prepare(
      'INSERT INTO _honker_live (queue, payload) SELECT ?, value FROM json_each(?)',
    );
    this.#claim = this.#db.prepare(
      "UPDATE _honker_live SET state = 'processing', worker_id = ?, claim_expires_at = unixepoch() + 300," +
        ' attempts = attempts + 1 WHERE id IN (' +
        "  SELECT id FROM _honker_live WHERE state = 'pending' AND queue = ? AND run_at <= unixepoch()" +
        '  ORDER BY priority DESC, run_at, id LIMIT ?' +
        ' ) RETURNING id, queue, payload, attempts, claim_expires_at',
    );
    this.#isReady = this.#db.prepare(
      "SELECT 1 FROM _honker_live WHERE state = 'pending' AND queue = ? AND run_at <= unixepoch() LIMIT 1",
    );
    this.#take = this.#db.prepare(
      "UPDATE _honker_live SET state = 'processing', worker_id = ?, claim_expires_at = unixepoch() + 300," +
        ' attempts = attempts + 1 WHERE id = ?',
    );
    this.#delete = this.#db.prepare('DELETE FROM _honker_live WHERE id = ? AND worker_id = ?');
    this.#begin = this.#db.prepare('BEGIN IMMEDIATE');
    this.#commit = this.#db.prepare('COMMIT');
  }

  enqueue(payload: unknown): number {
    return Number(this.#insert.run(this.#queue, JSON.stringify(payload)).lastInsertRowid);
  }

  /** An INSERT a row, in one transaction. */
  enqueueMany(payloads: readonly unknown[]): void {
    this.transaction(() => {
      for (const payload of payloads) this.enqueue(payload);
    });
  }

  /** By json_each: faster, but it stores another text than was given (true becomes 1), and tells no ids. */
  enqueueManyTuned(payloads: readonly unknown[]): void {
    this.#insertMany.run(this.#queue, JSON.stringify(payloads));
  }

  transaction<Result>(body: () => Result): Result {
    this.#begin.run();
    const result = body();
    this.#commit.run();
    return result;
  }

  /** Takes no lock. */
  isAnyReady(): boolean {
    return this.#isReady.all(this.#queue).length > 0;
  }

  /** Call it in a transaction. The statement that queues on SQLite commonly claim with. */
  claim(count: number): RawJob[] {
    return this.#claim.all(this.#workerId, this.#queue, count);
  }

  /**
   * The same, the fastest way that was found: a SELECT off the index, its LIMIT no parameter (SQLite
   * would prepare it anew for each), and an UPDATE by id for each row.
   */
  claimTuned(count: number): RawJob[] {
    let select = this.#selects.get(count);
    if (select === undefined) {
      select = this.#db.prepare(
        'SELECT id, queue, payload, attempts + 1 AS attempts, unixepoch() + 300 AS claim_expires_at' +
          " FROM _honker_live WHERE state = 'pending' AND queue = ? AND run_at <= unixepoch()" +
          ` ORDER BY priority DESC, run_at, id LIMIT ${count}`,
      );
      this.#selects.set(count, select);
    }
    const jobs = select.all(this.#queue);
    for (const { id } of jobs) this.#take.run(this.#workerId, id);
    return jobs;
  }

  /** In a transaction of its own, unless one is open. */
  ack(id: number): void {
    this.#delete.run(id, this.#workerId);
  }

  close(): void {
    this.#db.close();
  }
}
