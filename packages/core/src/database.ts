import { requireInteger, requireName, toJson } from './arguments.js';
import { ChannelHub, type ListenOptions, type Notification, type Retention } from './channel.js';
import { CommitEvents, type UpdateEventsOptions } from './commit-events.js';
import type { Connection } from './connection/connection.js';
import { StreamFollowers } from './follow.js';
import { Lock, type WithLockOptions, withLock } from './lock.js';
import type { Metrics } from './metrics.js';
import { Outbox, type OutboxHandler, type OutboxOptions } from './outbox.js';
import { queries } from './queries/queries.js';
import { mapped, type Query } from './queries/query.js';
import { Queue, type QueueOptions, type SchemaQueueOptions } from './queue.js';
import { type QueueStats, toQueueStats } from './queue-stats.js';
import { Scheduler } from './scheduler.js';
import { Session, type TransactionHandle } from './session.js';
import type { InputOf, OutputOf, StandardSchema } from './standard-schema.js';
import { type SchemaStreamOptions, Stream } from './stream.js';
import { type StreamStats, toStreamStats } from './stream-stats.js';
import { Sweeper } from './sweeper.js';
import type { Arguments, SchemaTaskOptions, Task, TaskOptions } from './task.js';
import { type RunTasksOptions, TaskRunner } from './task-runner.js';

/** A result's time to live. */
const KEPT_FOR_GOOD = 0;

/** One open database: where everything comes from, and transactions. */
export class Database extends Session {
  readonly #followers = new StreamFollowers(this);
  readonly #channels = new ChannelHub(this);
  readonly #notificationSweeper: Sweeper;
  readonly #resultSweeper: Sweeper;
  readonly #tasks: TaskRunner;

  /** @internal Applications call `open()`. */
  constructor(connection: Connection, { maxAgeS, maxKeep }: Retention) {
    super(connection);
    this.#notificationSweeper = new Sweeper(
      this.background,
      queries.pruneNotifications(maxAgeS, maxKeep),
    );
    this.#resultSweeper = new Sweeper(this.background, queries.sweepResults());
    this.#tasks = new TaskRunner(this, this.#resultSweeper);
  }

  /**
   * A queue, by its name. It needs no creation; the same name is the same queue in every process. With a
   * `schema` (zod, valibot, arktype, …) its payloads have that type, and are checked.
   *
   * @example
   * ```ts
   * const emails = db.queue<Email>('emails', { visibilityTimeoutS: 60, maxAttempts: 5 });
   * ```
   */
  queue<Schema extends StandardSchema>(
    name: string,
    options: SchemaQueueOptions<Schema>,
  ): Queue<OutputOf<Schema>, InputOf<Schema>>;
  queue<Payload = unknown>(name: string, options?: QueueOptions): Queue<Payload>;
  queue(name: string, options?: QueueOptions): Queue {
    return new Queue(this, name, options);
  }

  /** Counts the jobs of every queue that has some, dead ones included, by name. */
  queues(): QueueStats[] {
    const query = mapped(queries.queueStats(null), (rows) => rows.map(toQueueStats));
    return this.runNow('db.queues()', query);
  }

  /**
   * A durable stream, by its topic. It needs no creation; the same topic is the same stream in every
   * process. With a `schema` its events have that type, and are checked.
   *
   * @example
   * ```ts
   * const orders = db.stream<{ id: number }>('orders');
   * orders.publish({ id: 42 });
   * ```
   */
  stream<Schema extends StandardSchema>(
    topic: string,
    options: SchemaStreamOptions<Schema>,
  ): Stream<OutputOf<Schema>, InputOf<Schema>>;
  stream<Payload = unknown>(topic: string): Stream<Payload>;
  stream(topic: string, options?: SchemaStreamOptions<StandardSchema>): Stream {
    return new Stream(this, this.#followers, topic, options);
  }

  /** Counts the events of every stream, by topic, and tells how far its consumers have come. */
  streams(): StreamStats[] {
    const query = mapped(queries.streamStats(null), (rows) => rows.map(toStreamStats));
    return this.runNow('db.streams()', query);
  }

  /**
   * Says something to all who listen on a channel, in any process.
   *
   * @returns its id.
   * @throws {TransactionOpenError} while a transaction is open on the connection: use `notifyTx`.
   *
   * @example
   * ```ts
   * db.notify('orders', { id: 42 });
   * ```
   */
  notify(channel: string, payload: unknown): number {
    const query = this.#notificationSweeper.counted(notifyQuery(channel, payload));
    return this.runNow('db.notify()', query);
  }

  /**
   * Says it inside an open transaction: it is heard when, and only when, that commits.
   *
   * @returns its id.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * db.transaction((tx) => {
   *   tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
   *   db.notifyTx(tx, 'orders', { item: 'book' });
   * });
   * ```
   */
  notifyTx(tx: TransactionHandle, channel: string, payload: unknown): number {
    const query = this.#notificationSweeper.counted(notifyQuery(channel, payload));
    return this.runInside('db.notifyTx()', tx, query);
  }

  /**
   * What is said on a channel from this call on, until `signal` fires. Whoever needs what was said while
   * no process listened wants a stream; whoever needs each thing handled once, a queue.
   *
   * @throws {TransactionOpenError} while a transaction is open on the connection.
   *
   * @example
   * ```ts
   * for await (const { payload } of db.listen('orders', { signal: AbortSignal.timeout(50) })) {
   *   console.log(payload);
   * }
   * ```
   */
  listen<Payload = unknown>(
    channel: string,
    options: ListenOptions = {},
  ): AsyncGenerator<Notification<Payload>, void, undefined> {
    requireName(channel, 'channel');
    const { afterId } = options;
    if (afterId !== undefined) requireInteger(afterId, 'afterId', 0);
    const query = mapped(queries.lastNotification(), (last) => Math.min(last, afterId ?? last));
    const position = this.runNow('db.listen()', query);
    return this.#channels.listen<Payload>(channel, position, options);
  }

  /**
   * Deletes the notifications that are older than `olderThanS` seconds, and all but the `maxKeep` newest;
   * null for no such limit. It happens by itself, too: see `open()`.
   *
   * @returns how many.
   */
  pruneNotifications(olderThanS: number | null, maxKeep: number | null = null): number {
    const query = queries.pruneNotifications(
      olderThanS === null ? null : requireInteger(olderThanS, 'olderThanS', 0),
      maxKeep === null ? null : requireInteger(maxKeep, 'maxKeep', 0),
    );
    return this.runNow('db.pruneNotifications()', query);
  }

  /**
   * Tells of commits of any process, from this call on, until `signal` fires: many of them may be one
   * event. End it, by leaving the loop or by `signal`: until then it keeps the process alive.
   *
   * @example
   * ```ts
   * for await (const _ of db.updateEvents({ signal: AbortSignal.timeout(50) })) {
   *   console.log(db.query('SELECT count(*) AS orders FROM orders'));
   * }
   * ```
   */
  updateEvents(options: UpdateEventsOptions = {}): CommitEvents {
    return new CommitEvents(this, options);
  }

  /**
   * Counts what this process has done with jobs since the database was opened, and how late it came to wakes.
   * `node:diagnostics_channel` tells of each as it happens: see `DiagnosticsMessages`.
   *
   * @example
   * ```ts
   * const { queues, wakes } = db.metrics();
   * console.log(queues['emails']?.enqueued, wakes.sumMs / wakes.count);
   * ```
   */
  metrics(): Metrics {
    return this.meters.read();
  }

  /**
   * The schedules of this database: jobs that are enqueued again and again.
   *
   * @example
   * ```ts
   * db.scheduler().add({ name: 'nightly', queue: 'backups', schedule: '0 3 * * *' });
   * ```
   */
  scheduler(): Scheduler {
    return new Scheduler(this);
  }

  /**
   * Takes a lock for `ttlS` seconds, if it is free. An owner that has it already gets it again; its end is
   * then not moved.
   *
   * @returns null if somebody else has it.
   *
   * @example
   * ```ts
   * const lock = db.tryLock('report', 'process-1', 60);
   * if (lock) {
   *   lock.heartbeat(60);
   *   lock.release();
   * }
   * ```
   */
  tryLock(name: string, owner: string, ttlS: number): Lock | null {
    requireName(name, 'name');
    requireName(owner, 'owner');
    requireInteger(ttlS, 'ttlS', 1);
    const query = mapped(queries.acquireLock(name, owner, ttlS), (isAcquired) =>
      isAcquired ? new Lock(this, name, owner, ttlS) : null,
    );
    return this.runNow('db.tryLock()', query);
  }

  /**
   * Waits for a lock, runs `body` while holding it, and releases it. The lock is renewed until then;
   * `body`'s signal fires with a LockLostError if that fails, since somebody else may have it then.
   *
   * @returns what `body` returned.
   *
   * @example
   * ```ts
   * await db.withLock('report', { ttlS: 60 }, async (signal) => {
   *   await fetch('https://reports.example.com/build', { method: 'POST', signal });
   * });
   * ```
   */
  withLock<Result>(
    name: string,
    options: WithLockOptions,
    body: (signal: AbortSignal) => Result | Promise<Result>,
  ): Promise<Result> {
    return withLock(this, name, options, body);
  }

  /**
   * Counts one use of a rate limit of `limit` uses in `perS` seconds, for all processes together. The
   * windows are fixed: they begin at multiples of `perS`.
   *
   * @returns false, and counts nothing, at the limit.
   *
   * @example
   * ```ts
   * if (!db.tryRateLimit('api', 10, 60)) console.log('later, please');
   * ```
   */
  tryRateLimit(name: string, limit: number, perS: number): boolean {
    requireName(name, 'name');
    requireInteger(limit, 'limit', 0);
    requireInteger(perS, 'perS', 1);
    return this.runNow('db.tryRateLimit()', queries.tryRateLimit(name, limit, perS));
  }

  /**
   * Deletes the counts of windows that began more than `olderThanS` seconds ago. Choose more than the
   * longest `perS` in use: a window that is deleted while it lasts counts from 0 again.
   *
   * @returns how many.
   */
  sweepRateLimits(olderThanS: number): number {
    requireInteger(olderThanS, 'olderThanS', 0);
    return this.runNow('db.sweepRateLimits()', queries.sweepRateLimits(olderThanS));
  }

  /**
   * Saves what a job came to, for `getResult()` and `queue.waitResult()`: for `ttlS` seconds, or for good.
   * Saving again replaces it. Results that have expired are deleted now and then, as others are saved.
   *
   * @throws {TransactionOpenError} while a transaction is open on the connection: use `saveResultTx`.
   *
   * @example
   * ```ts
   * db.saveResult(42, { sum: 5 }, 3600);
   * ```
   */
  saveResult(jobId: number, value: unknown, ttlS?: number): void {
    const query = this.#resultSweeper.counted(saveResultQuery(jobId, value, ttlS));
    return this.runNow('db.saveResult()', query);
  }

  /** The same inside an open transaction: what the job has done and its result commit together. */
  saveResultTx(tx: TransactionHandle, jobId: number, value: unknown, ttlS?: number): void {
    const query = this.#resultSweeper.counted(saveResultQuery(jobId, value, ttlS));
    return this.runInside('db.saveResultTx()', tx, query);
  }

  /**
   * The result of a job; undefined where there is none, or none any more.
   *
   * @example
   * ```ts
   * const result = db.getResult<{ sum: number }>(42);
   * console.log(result?.sum);
   * ```
   */
  getResult<Result = unknown>(jobId: number): Result | undefined {
    const query = mapped(queries.getResult(requireInteger(jobId, 'jobId', 0)), (json) =>
      json === null ? undefined : (JSON.parse(json) as Result),
    );
    return this.runNow('db.getResult()', query);
  }

  /**
   * Side effects that belong to a transaction: enqueued in it, made after it, until they succeed.
   *
   * @example
   * ```ts
   * const webhooks = db.outbox('webhooks', async (payload: { url: string }, { signal }) => {
   *   await fetch(payload.url, { method: 'POST', signal });
   * });
   * webhooks.enqueue({ url: 'https://example.com/orders' });
   * ```
   */
  outbox<Payload = unknown>(
    name: string,
    handler: OutboxHandler<Payload>,
    options: OutboxOptions<Payload> = {},
  ): Outbox<Payload> {
    return new Outbox<Payload>(this, name, handler, options);
  }

  /**
   * A function that runs as a job, with typed arguments and a typed result; both pass through JSON. Every
   * process that calls `runTasks()` has to define it.
   *
   * @throws {TypeError} when this process has a task of this name already.
   *
   * @example
   * ```ts
   * const add = db.task('add', (a: number, b: number) => a + b, { queue: 'math', timeoutS: 30 });
   * const running = db.runTasks({ signal: AbortSignal.timeout(500) });
   * console.log(await add.enqueue(2, 3).get({ timeoutMs: 5000 }));
   * await running;
   * ```
   */
  task<Schema extends StandardSchema<readonly unknown[]>, Result>(
    name: string,
    fn: (...args: Arguments<OutputOf<Schema>>) => Result,
    options: Omit<SchemaTaskOptions<Schema>, 'schedule'>,
  ): Task<Arguments<InputOf<Schema>>, Awaited<Result>>;
  task<Args extends readonly unknown[], Result>(
    name: string,
    fn: (...args: Args) => Result,
    options?: Omit<TaskOptions, 'schedule'>,
  ): Task<Args, Awaited<Result>>;
  task<Result>(name: string, fn: () => Result, options: TaskOptions): Task<[], Awaited<Result>>;
  task(name: string, fn: (...args: never[]) => unknown, options: TaskOptions = {}): Task<never> {
    return this.#tasks.define(name, fn, options);
  }

  /**
   * Runs the tasks that were defined until now, those that have a schedule at their times, until `signal`
   * fires and what was running then has come to its end. A job of a task that this process hasn't defined goes
   * to dead.
   *
   * @throws {ClosedError | DatabaseReplacedError} when the database was closed, or its file replaced.
   */
  runTasks(options: RunTasksOptions = {}): Promise<void> {
    return this.#tasks.run(options);
  }
}

function notifyQuery(channel: string, payload: unknown): Query<number> {
  return queries.notify(requireName(channel, 'channel'), toJson(payload));
}

function saveResultQuery(jobId: number, value: unknown, ttlS: number | undefined): Query<void> {
  requireInteger(jobId, 'jobId', 0);
  const seconds = ttlS === undefined ? KEPT_FOR_GOOD : requireInteger(ttlS, 'ttlS', 1);
  return mapped(queries.saveResult(jobId, toJson(value, 'value'), seconds), () => {});
}
