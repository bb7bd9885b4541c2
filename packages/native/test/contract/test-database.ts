import { join } from 'node:path';
import { expect } from 'vitest';
import type { Client, ClientKind, OpenOptions, Value } from '../clients/client.js';
import { temporaryDirectory } from '../temporary-directory.js';

export interface Claimed {
  id: number;
  queue: string;
  payload: string;
  worker_id: string;
  attempts: number;
  claim_expires_at: number;
}

const columns: Readonly<Record<string, string>> = {
  live: 'id, queue, payload, state, run_at, worker_id, claim_expires_at, attempts',
  dead: 'id, queue, payload, last_error',
  stream: 'offset, topic, key, payload',
  stream_consumers: 'name, topic, offset',
  notifications: 'id, channel, payload',
  scheduler_tasks:
    'name, queue, cron_expr, payload, priority, expires_s, next_fire_at, enabled, max_attempts',
  locks: 'name, owner, expires_at',
  rate_limits: 'name, window_start, count',
  results: 'job_id, value, expires_at',
};

/** A row a table, with all that it holds. */
const everyRow = Object.entries(columns)
  .map(
    ([table, names]) =>
      `SELECT '${table}', hex(json_group_array(json_array(${names}))) FROM _honker_${table}`,
  )
  .join(' UNION ALL ');

/** A connection to a database file of the running test, and what the contract asks of it. */
export class TestDatabase {
  readonly kind: ClientKind;
  readonly path: string;
  readonly #client: Client;
  /** Closed with this one. */
  readonly #others: TestDatabase[] = [];

  private constructor(kind: ClientKind, path: string, client: Client) {
    this.kind = kind;
    this.path = path;
    this.#client = client;
  }

  static async create(kind: ClientKind): Promise<TestDatabase> {
    const path = join(temporaryDirectory(), 'test.db');
    return new TestDatabase(kind, path, await kind.open(path));
  }

  /** Another connection, to this file unless another path is given. */
  async connect(options: OpenOptions = {}, path = this.path): Promise<TestDatabase> {
    const other = new TestDatabase(this.kind, path, await this.kind.open(path, options));
    this.#others.push(other);
    return other;
  }

  /** A new file that isn't bootstrapped. */
  empty(): Promise<TestDatabase> {
    return this.connect({}, join(temporaryDirectory(), 'empty.db'));
  }

  async close(): Promise<void> {
    for (const other of this.#others) await other.close();
    await this.#client.close();
  }

  query(sql: string, ...params: Value[]): Promise<Value[][]> {
    return this.#client.query(sql, params);
  }

  /** Runs statements one after another. */
  async run(...statements: string[]): Promise<void> {
    for (const sql of statements) await this.query(sql);
  }

  /** The first row. */
  async row(sql: string, ...params: Value[]): Promise<Value[]> {
    return (await this.query(sql, ...params))[0] ?? [];
  }

  async value(sql: string, ...params: Value[]): Promise<Value | undefined> {
    return (await this.row(sql, ...params))[0];
  }

  async integer(sql: string, ...params: Value[]): Promise<number> {
    return Number(await this.value(sql, ...params));
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the JSON
  async json(sql: string, ...params: Value[]): Promise<any> {
    return JSON.parse(String(await this.value(sql, ...params)));
  }

  /** The first column of every row. */
  async column(sql: string, ...params: Value[]): Promise<Value[]> {
    return (await this.query(sql, ...params)).map((row) => row[0] ?? null);
  }

  /** What honker's tables hold. */
  everyRow(): Promise<Value[][]> {
    return this.query(everyRow);
  }

  /** The statement must fail, and leave every row of honker's tables as it was. */
  async refused(sql: string, message: RegExp | string, ...params: Value[]): Promise<void> {
    const before = await this.everyRow();
    await expect(this.query(sql, ...params), sql).rejects.toThrow(message);
    expect(await this.everyRow(), `${sql} wrote`).toEqual(before);
  }

  /** A job that is due now. */
  enqueue(queue = 'q', payload = '1', priority = 0): Promise<number> {
    return this.integer(
      'SELECT honker_enqueue(?, ?, NULL, NULL, ?, NULL, NULL)',
      queue,
      payload,
      priority,
    );
  }

  claim(queue = 'q', worker = 'w', n = 1, timeoutS = 60): Promise<Claimed[]> {
    return this.json('SELECT honker_claim_batch(?, ?, ?, ?)', queue, worker, n, timeoutS);
  }

  /** Enqueues one job and claims it. */
  async claimed(queue = 'q', worker = 'w'): Promise<Claimed> {
    await this.enqueue(queue);
    const [job] = await this.claim(queue, worker);
    if (!job) throw new Error('the job was not claimed');
    return job;
  }

  /** As if the lease had run out a second ago. */
  async expireLease(id: number): Promise<void> {
    await this.query(
      "UPDATE _honker_live SET claim_expires_at = unixepoch() - 1 WHERE id = ? AND state = 'processing'",
      id,
    );
  }
}
