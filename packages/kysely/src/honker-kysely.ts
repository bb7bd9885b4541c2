import type {
  AsyncDatabase,
  AsyncOutboxOptions,
  DriverDatabase,
  InputOf,
  OpenOptions,
  OutputOf,
  QueueOptions,
  SchemaQueueOptions,
  SchemaStreamOptions,
  SchemaTaskOptions,
  StandardSchema,
  TaskOptions,
  WithLockOptions,
} from '@honker/core';
import { openAsync } from '@honker/core/adapter';
import { ExclusiveConnection } from './connection.js';
import { kyselyJob } from './job.js';
import type { KyselyDatabase, KyselyHandle } from './kysely.js';
import { methodsOf } from './methods.js';
import { type KyselyOutbox, type KyselyOutboxHandler, kyselyOutbox } from './outbox.js';
import { type KyselyQueue, kyselyQueue } from './queue.js';
import { type KyselyStream, kyselyStream } from './stream.js';
import { type KyselyTask, kyselyTask } from './task.js';

/** honker on Kysely's connection: core's `Database`, whose writes take Kysely's transaction, or `db`, first. */
export interface HonkerKysely
  extends AsyncDisposable,
    Pick<
      AsyncDatabase,
      | 'path'
      | 'isOpen'
      | 'close'
      | 'getResult'
      | 'listen'
      | 'metrics'
      | 'pruneNotifications'
      | 'queues'
      | 'runTasks'
      | 'scheduler'
      | 'streams'
      | 'sweepRateLimits'
      | 'tryLock'
      | 'tryRateLimit'
      | 'updateEvents'
      | 'withLock'
    > {
  /**
   * Core's database, whose methods take no handle first: for what is given any honker database, as `@honker/hono`
   * is. It waits for Kysely's transactions, and is never a part of them.
   */
  readonly database: AsyncDatabase;

  /**
   * A queue, by its name. It needs no creation; the same name is the same queue in every process.
   *
   * @example
   * ```ts
   * const emails = honker.queue<Email>('emails', { visibilityTimeoutS: 60, maxAttempts: 5 });
   * ```
   */
  queue<Schema extends StandardSchema>(
    name: string,
    options: SchemaQueueOptions<Schema>,
  ): KyselyQueue<OutputOf<Schema>, InputOf<Schema>>;
  queue<Payload = unknown>(name: string, options?: QueueOptions): KyselyQueue<Payload>;

  /**
   * A durable stream, by its topic. It needs no creation.
   *
   * @example
   * ```ts
   * const orders = honker.stream<{ id: number }>('orders');
   * ```
   */
  stream<Schema extends StandardSchema>(
    topic: string,
    options: SchemaStreamOptions<Schema>,
  ): KyselyStream<OutputOf<Schema>, InputOf<Schema>>;
  stream<Payload = unknown>(topic: string): KyselyStream<Payload>;

  /**
   * Says something to all who listen on a channel: in a transaction, it is heard when, and only when, that
   * commits.
   *
   * @returns its id.
   * @throws {TransactionOpenError} for `db` inside its own transaction.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * await honker.notify(db, 'orders', { id: 42 });
   * ```
   */
  notify(handle: KyselyHandle, channel: string, payload: unknown): Promise<number>;

  /**
   * Saves what a job came to, for `getResult()` and `queue.waitResult()`, for `ttlS` seconds or for good: in a
   * transaction, together with what the job has done.
   *
   * @example
   * ```ts
   * await honker.saveResult(db, 42, { sum: 5 }, 3600);
   * ```
   */
  saveResult(handle: KyselyHandle, jobId: number, value: unknown, ttlS?: number): Promise<void>;

  /** Side effects that belong to a transaction: enqueued in it, made after it, until they succeed. */
  outbox<Payload = unknown>(
    name: string,
    handler: KyselyOutboxHandler<Payload>,
    options?: AsyncOutboxOptions<Payload>,
  ): KyselyOutbox<Payload>;

  /**
   * A function that runs as a job, with typed arguments and a typed result; both pass through JSON. Every
   * process that calls `runTasks()` has to define it.
   */
  task<Schema extends StandardSchema<readonly unknown[]>, Result>(
    name: string,
    fn: (...args: Extract<OutputOf<Schema>, readonly unknown[]>) => Result,
    options: Omit<SchemaTaskOptions<Schema>, 'schedule'>,
  ): KyselyTask<Extract<InputOf<Schema>, readonly unknown[]>, Awaited<Result>>;
  task<Args extends readonly unknown[], Result>(
    name: string,
    fn: (...args: Args) => Result,
    options?: Omit<TaskOptions, 'schedule'>,
  ): KyselyTask<Args, Awaited<Result>>;
  task<Result>(
    name: string,
    fn: () => Result,
    options: TaskOptions,
  ): KyselyTask<[], Awaited<Result>>;
}

/**
 * Puts honker into the database of a Kysely: loads the extension into the connection that Kysely has, and
 * makes honker's tables. Call it once, before the first transaction. `close()` ends honker's work, and leaves
 * the connection open: `db.destroy()` is the application's.
 *
 * @param database what the dialect was made with: a better-sqlite3 `Database`, or what is behind a wrapper
 *   for another driver (a `DatabaseSync` of node:sqlite, a `Database` of bun:sqlite).
 * @throws {TypeError} for a `database` that isn't Kysely's own, has no file, or is read-only.
 * @throws {ExtensionNotFoundError} where the extension isn't there for this machine.
 *
 * @example
 * ```ts
 * import { honkerKysely } from '@honker/kysely';
 * import BetterSqlite3 from 'better-sqlite3';
 * import { Kysely, SqliteDialect } from 'kysely';
 *
 * const database = new BetterSqlite3('app.db');
 * database.pragma('journal_mode = WAL');
 * const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
 * const honker = await honkerKysely(db, database);
 * const emails = honker.queue<{ to: string }>('emails');
 *
 * await db.transaction().execute(async (trx) => {
 *   await trx.insertInto('users').values({ email: 'alice@example.com' }).execute();
 *   await emails.enqueue(trx, { to: 'alice@example.com' }); // commits with the row beside it, or not at all
 * });
 * ```
 */
export async function honkerKysely(
  db: KyselyDatabase,
  database: DriverDatabase,
  options: OpenOptions = {},
): Promise<HonkerKysely> {
  requireKysely(db);
  const connection = await ExclusiveConnection.open(db, database);
  try {
    return onConnection(await openAsync(connection, options), connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function requireKysely(db: KyselyDatabase): void {
  const has = (method: string) => typeof (db as never)?.[method] === 'function';
  if (!has('getExecutor') || !has('connection') || !has('transaction') || db.isTransaction) {
    throw new TypeError(
      "honkerKysely(db, database) takes Kysely's db as its first argument, outside any transaction, and the " +
        'database of its dialect as its second',
    );
  }
}

function onConnection(core: AsyncDatabase, connection: ExclusiveConnection): HonkerKysely {
  return {
    database: core,
    path: core.path,
    get isOpen() {
      return core.isOpen;
    },
    ...methodsOf(core, [
      'getResult',
      'listen',
      'metrics',
      'pruneNotifications',
      'queues',
      'runTasks',
      'scheduler',
      'streams',
      'sweepRateLimits',
      'tryLock',
      'tryRateLimit',
      'updateEvents',
    ]),

    queue: (...of: [name: string, options?: QueueOptions]) =>
      kyselyQueue(core.queue<never>(...of), connection),
    stream: (...of: [topic: string]) => kyselyStream(core.stream<never>(...of), connection),
    async notify(handle, channel, payload) {
      return await core.notifyTx(connection.handed(handle), channel, payload);
    },
    async saveResult(handle, jobId, value, ttlS) {
      await core.saveResultTx(connection.handed(handle), jobId, value, ttlS);
    },
    outbox<Payload>(
      name: string,
      handler: KyselyOutboxHandler<Payload>,
      options?: AsyncOutboxOptions<Payload>,
    ): KyselyOutbox<Payload> {
      const outbox = core.outbox<Payload>(
        name,
        (payload, { job, signal }) => handler(payload, { job: kyselyJob(job, connection), signal }),
        options,
      );
      return kyselyOutbox(outbox, connection);
    },
    task: (name: string, fn: (...args: never[]) => unknown, options: TaskOptions = {}) =>
      kyselyTask(core.task(name, fn as () => unknown, options), connection),
    async withLock<Result>(
      name: string,
      options: WithLockOptions,
      body: (signal: AbortSignal) => Result | Promise<Result>,
    ) {
      connection.requireOutside('db.withLock()', 'Take the lock before the transaction begins.');
      return await core.withLock(name, options, body);
    },
    async close() {
      connection.requireOutside('db.close()', 'End the transaction first.');
      await core.close();
    },
    async [Symbol.asyncDispose]() {
      await this.close();
    },
  };
}
