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
    // 595k jobs/s; a prepared INSERT a row in one transaction 246k; this with RETURNING id 240k.
    this.#insertMany = this.#db.prepare(
      'INSERT INTO _honker_live (queue, payload) SELECT ?, value FROM json_each(?)',
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

  enqueueMany(payloads: readonly unknown[]): void {
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

  /**
   * Call it in a transaction.
   *
   * A SELECT off the index and an UPDATE by id for each row, because that is the fastest found. Claim
   * and ack, in µs a job (both in one transaction), for batches of 1 / 10 / 32 / 128: this 75 / 18 / 15
   * / 9.7; with LIMIT as a parameter, which SQLite prepares anew for each claim, 108 / 21 / 15 / 13; the
   * common `UPDATE … WHERE id IN (SELECT … LIMIT ?) RETURNING` 124 / 22 / 14 / 11.
   */
  claim(count: number): RawJob[] {
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
