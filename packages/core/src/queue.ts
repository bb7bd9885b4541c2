import { requireInteger, requireName, toJsonArray } from './arguments.js';
import { type ClaimOptions, claimJobs, claimOne, iterateJobs } from './claim.js';
import { DeadLetters } from './dead-letters.js';
import { type EnqueueOptions, jobColumns } from './enqueue-options.js';
import type { Handler } from './handler-runner.js';
import type { Job } from './job.js';
import { type JobRecord, type JobsOptions, jobsQuery, toRecord } from './job-record.js';
import type { QueueMeter } from './metrics.js';
import { PayloadFormat } from './payload.js';
import { queries } from './queries/queries.js';
import { mapped, only, type Query } from './queries/query.js';
import { type QueueStats, toQueueStats } from './queue-stats.js';
import { type WaitOptions, waitResult } from './result.js';
import type { Session, TransactionHandle } from './session.js';
import { requireSchema, type StandardSchema } from './standard-schema.js';
import type { WorkOptions } from './work-options.js';
import { Worker } from './worker.js';

/**
 * What holds for all jobs of a queue, in this process.
 *
 * @example
 * ```ts
 * db.queue<Email>('emails', { visibilityTimeoutS: 60, maxAttempts: 5 });
 * ```
 */
export interface QueueOptions {
  /** How long a claim is valid without a heartbeat, in whole seconds. Default 300. */
  visibilityTimeoutS?: number;
  /** How often a job is tried before it goes to dead. Default 3. */
  maxAttempts?: number;
}

/**
 * The options of a queue whose payloads a validator checks, and names the type of.
 *
 * @example
 * ```ts
 * import { z } from 'zod';
 *
 * const mails = db.queue('mails', { schema: z.object({ to: z.email() }) });
 * mails.enqueue({ to: 'alice@example.com' });
 * ```
 */
export interface SchemaQueueOptions<Schema extends StandardSchema> extends QueueOptions {
  /**
   * Checked when a job is enqueued, and again when it is claimed: somebody else may have written it. What fails
   * then goes to dead, with what is wrong in its `lastError`.
   */
  schema: Schema;
}

/**
 * A durable queue: jobs in the database file, each a JSON payload that some worker, in this process or
 * another one, handles at least once.
 *
 * @example
 * ```ts
 * const emails = db.queue<{ to: string }>('emails');
 * emails.enqueue({ to: 'alice@example.com' });
 * const worker = emails.work(async (job) => {
 *   console.log('to', job.payload.to);
 * });
 * ```
 *
 * `Input` is what is enqueued, where a schema makes something else of it.
 */
export class Queue<Payload = unknown, Input = Payload> {
  readonly name: string;
  /** Seconds. */
  readonly visibilityTimeoutS: number;
  readonly maxAttempts: number;
  /** The jobs that failed for good. */
  readonly dead: DeadLetters<Input>;
  /** @internal */
  readonly format: PayloadFormat;
  /** @internal */
  readonly meter: QueueMeter;
  /** @internal */
  readonly db: Session;

  /** @internal Applications call `db.queue()`. */
  constructor(
    db: Session,
    name: string,
    options: QueueOptions & Partial<SchemaQueueOptions<StandardSchema>> = {},
  ) {
    this.visibilityTimeoutS = requireInteger(
      options.visibilityTimeoutS ?? 300,
      'visibilityTimeoutS',
      1,
    );
    this.maxAttempts = requireInteger(options.maxAttempts ?? 3, 'maxAttempts', 1);
    this.name = requireName(name, 'name');
    this.format = new PayloadFormat(requireSchema(options.schema));
    this.db = db;
    this.meter = db.meters.ofQueue(name);
    this.dead = new DeadLetters(name, db);
  }

  /**
   * Adds a job, in a transaction of its own.
   *
   * @returns its id.
   * @throws {TypeError | RangeError} for a payload that isn't JSON, or options that are wrong.
   * @throws {SchemaError} for a payload that doesn't match the queue's schema.
   * @throws {TransactionOpenError} while a transaction is open on the connection: use `enqueueTx`.
   *
   * @example
   * ```ts
   * emails.enqueue({ to: 'alice@example.com' }, { delay: 60, priority: 10 });
   * ```
   */
  enqueue(payload: Input, options?: EnqueueOptions): number {
    return this.db.runNow('queue.enqueue()', this.enqueueQuery(payload, options));
  }

  /**
   * Adds a job inside an open transaction: it exists when, and only when, that commits.
   *
   * @returns its id.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   *
   * @example
   * ```ts
   * db.transaction((tx) => {
   *   tx.execute('INSERT INTO users (email) VALUES (?)', ['alice@example.com']);
   *   emails.enqueueTx(tx, { to: 'alice@example.com' });
   * });
   * ```
   */
  enqueueTx(tx: TransactionHandle, payload: Input, options?: EnqueueOptions): number {
    return this.db.runInside('queue.enqueueTx()', tx, this.enqueueQuery(payload, options));
  }

  /**
   * Adds many jobs at once, all or none, with the same options.
   *
   * @returns their ids, in the order of the payloads.
   */
  enqueueMany(payloads: readonly Input[], options?: EnqueueOptions): number[] {
    return this.db.runNow('queue.enqueueMany()', this.#enqueueManyQuery(payloads, options));
  }

  /** The same inside an open transaction. */
  enqueueManyTx(
    tx: TransactionHandle,
    payloads: readonly Input[],
    options?: EnqueueOptions,
  ): number[] {
    const query = this.#enqueueManyQuery(payloads, options);
    return this.db.runInside('queue.enqueueManyTx()', tx, query);
  }

  /** @internal */
  enqueueQuery(payload: Input, options: EnqueueOptions | undefined): Query<number> {
    const query = queries.enqueue(
      this.name,
      this.format.write(payload),
      jobColumns(options, this.maxAttempts),
    );
    return mapped(query, this.#onEnqueuedOne);
  }

  #enqueueManyQuery(
    payloads: readonly Input[],
    options: EnqueueOptions | undefined,
  ): Query<number[]> {
    const json = toJsonArray(payloads, this.format.write);
    const query = queries.enqueueBatch(this.name, json, jobColumns(options, this.maxAttempts));
    return mapped(query, this.#onEnqueued);
  }

  readonly #onEnqueued = (ids: number[]): number[] => {
    this.meter.enqueued(ids);
    return ids;
  };

  readonly #onEnqueuedOne = (id: number): number => {
    this.meter.enqueued([id]);
    return id;
  };

  /**
   * Claims the next job, under a lease of `visibilityTimeoutS`: highest priority first, then oldest.
   * Give each claimer a `workerId` that no other one has.
   *
   * @returns null if none is ready. A call buries at most 1,000 jobs that may not run any more: when more
   *   of them stand before one that may, ask again; `claim()` and workers do so by themselves.
   *
   * @example
   * ```ts
   * const job = emails.claimOne('worker-1');
   * if (job) job.ack();
   * ```
   */
  claimOne(workerId: string): Job<Payload> | null {
    requireName(workerId, 'workerId');
    return this.db.runSteps('queue.claimOne()', claimOne<Payload>(this, this.db, workerId));
  }

  /** Claims up to `count` jobs at once. */
  claimBatch(workerId: string, count: number): Job<Payload>[] {
    requireName(workerId, 'workerId');
    requireInteger(count, 'count', 1);
    const steps = claimJobs<Payload>(this, this.db, workerId, count);
    return this.db.runSteps('queue.claimBatch()', steps);
  }

  /**
   * Claims jobs one by one, waiting for the next where none is ready, until `signal` fires. Each is
   * yours to `ack()`; one that isn't is ready again when its lease expires.
   *
   * @example
   * ```ts
   * for await (const job of emails.claim('worker-1', { signal: AbortSignal.timeout(50) })) {
   *   job.ack();
   * }
   * ```
   */
  claim(
    workerId: string,
    options: ClaimOptions = {},
  ): AsyncGenerator<Job<Payload>, void, undefined> {
    requireName(workerId, 'workerId');
    return iterateJobs<Payload>(this, this.db, workerId, options);
  }

  /**
   * Starts a worker in this process: it claims jobs as they come, runs `handler` for up to
   * `concurrency` of them at a time, extends their leases, acks them when the handler is done, and
   * retries or buries them when it throws.
   *
   * @example
   * ```ts
   * const worker = emails.work(async (job, { signal }) => {
   *   await fetch('https://mail.example.com/send', { method: 'POST', body: job.payload.to, signal });
   * }, { concurrency: 10 });
   * process.once('SIGTERM', () => worker.stop());
   * ```
   */
  work(handler: Handler<Payload>, options: WorkOptions<Payload> = {}): Worker<Payload> {
    return new Worker<Payload>(this, this.db, handler, options);
  }

  /**
   * Acks many jobs at once.
   *
   * @returns how many of them this worker still held.
   */
  ackBatch(ids: readonly number[], workerId: string): number {
    for (const id of ids) requireInteger(id, 'id', 0);
    requireName(workerId, 'workerId');
    const query = mapped(queries.ackBatch(ids, workerId), (count) => {
      this.meter.metrics.acked += count; // which they are, nobody says
      return count;
    });
    return this.db.runNow('queue.ackBatch()', query);
  }

  /**
   * Deletes a job, whether it waits or runs; a handler that runs it loses its lease.
   *
   * @returns false if there is no such job in this queue.
   */
  cancel(id: number): boolean {
    const query = queries.cancelIn(this.name, requireInteger(id, 'id', 0));
    return this.db.runNow('queue.cancel()', query);
  }

  /** The same inside an open transaction. */
  cancelTx(tx: TransactionHandle, id: number): boolean {
    const query = queries.cancelIn(this.name, requireInteger(id, 'id', 0));
    return this.db.runInside('queue.cancelTx()', tx, query);
  }

  /** A job of this queue as it stands now; null once it was acked, buried or cancelled. */
  getJob(id: number): JobRecord<Input> | null {
    const query = mapped(queries.getJob(requireInteger(id, 'id', 0)), (row) =>
      row?.queue === this.name ? toRecord<Input>(row) : null,
    );
    return this.db.runNow('queue.getJob()', query);
  }

  /**
   * The jobs that wait (`state: 'pending'`), in the order in which they are claimed, or those that are claimed
   * (`'processing'`), by the ends of their leases; at most `limit` (100). Those that failed for good are in `dead`.
   *
   * @example
   * ```ts
   * const page = emails.jobs({ state: 'pending', limit: 50 });
   * const next = emails.jobs({ state: 'pending', limit: 50, after: page.at(-1) });
   * ```
   */
  jobs(options: JobsOptions): JobRecord<Input>[] {
    return this.db.runNow('queue.jobs()', jobsQuery<Input>(this.name, options));
  }

  /**
   * Waits for the result that the job's handler saves by `db.saveResult()`, in whatever process.
   *
   * @throws {NoResultError} when the job is gone without one; its `lastError` says why, if it is dead.
   * @throws {TimeoutError} when it takes longer than `timeoutMs`.
   *
   * @example
   * ```ts
   * const id = emails.enqueue({ to: 'alice@example.com' });
   * const worker = emails.work((job) => {
   *   db.saveResult(job.id, { sent: true }, 3600);
   * });
   * const { sent } = await emails.waitResult<{ sent: boolean }>(id, { timeoutMs: 5000 });
   * ```
   */
  waitResult<Result = unknown>(id: number, options: WaitOptions = {}): Promise<Result> {
    return waitResult<Result>(this.db, this.name, id, options);
  }

  /**
   * Moves the jobs whose `expires` has passed to dead, at once; claims do it as they meet them.
   *
   * @returns how many.
   */
  sweepExpired(): number {
    return this.db.runNow('queue.sweepExpired()', queries.sweepExpired(this.name));
  }

  /** Counts the jobs, so it costs what the queue is long. */
  stats(): QueueStats {
    const query = mapped(queries.queueStats(this.name), (rows) => toQueueStats(only(rows)));
    return this.db.runNow('queue.stats()', query);
  }
}
