import type {
  ClaimOptions,
  EnqueueOptions,
  HandlerContext,
  Job,
  JobRecord,
  JobsOptions,
  Queue,
  QueueStats,
  WaitOptions,
  Worker,
  WorkOptions,
} from '@honker/core';
import { whenAnswered } from './answer.js';
import { DrizzleDeadLetters } from './dead-letters.js';
import type { DrizzleHandle } from './handle.js';
import type { Handles } from './handles.js';
import { DrizzleJob } from './job.js';

/**
 * Handles one job; the job is done when it returns, or when the promise that it returns is fulfilled.
 *
 * @example
 * ```ts
 * import type { DrizzleHandler } from '@honker/drizzle';
 *
 * const send: DrizzleHandler<Email> = async (job, { signal }) => {
 *   await fetch('https://mail.example.com/send', { method: 'POST', body: job.payload.to, signal });
 * };
 * emails.work(send);
 * ```
 */
export type DrizzleHandler<Payload> = (
  job: DrizzleJob<Payload>,
  context: HandlerContext,
) => unknown;

/**
 * A durable queue whose writes take Drizzle's `tx`, and then commit or roll back with it, or `db`, and then
 * commit by themselves.
 *
 * @example
 * ```ts
 * const emails = honker.queue<Email>('emails');
 * db.transaction((tx) => {
 *   const { id } = tx.insert(orders).values({ email: 'alice@example.com' }).returning().get();
 *   emails.enqueue(tx, { orderId: id, to: 'alice@example.com' });
 * });
 * ```
 */
export class DrizzleQueue<Payload = unknown, Input = Payload> {
  readonly name: string;
  /** Seconds. */
  readonly visibilityTimeoutS: number;
  readonly maxAttempts: number;
  /** The jobs that failed for good. */
  readonly dead: DrizzleDeadLetters<Input>;
  readonly #queue: Queue<Payload, Input>;
  readonly #handles: Handles;

  /** @internal Applications call `honker.queue()`. */
  constructor(queue: Queue<Payload, Input>, handles: Handles) {
    this.name = queue.name;
    this.visibilityTimeoutS = queue.visibilityTimeoutS;
    this.maxAttempts = queue.maxAttempts;
    this.dead = new DrizzleDeadLetters(queue.dead, handles);
    this.#queue = queue;
    this.#handles = handles;
  }

  /**
   * Adds a job: with `tx` it exists when, and only when, that commits.
   *
   * @returns its id.
   * @throws {TypeError | RangeError} for a payload that isn't JSON, or options that are wrong.
   * @throws {TransactionUnusableError} for a transaction that has ended, or of another database.
   * @throws {TransactionOpenError} for `db` inside its own transaction.
   *
   * @example
   * ```ts
   * emails.enqueue(db, { orderId: 1, to: 'alice@example.com' }, { delay: 60, priority: 10 });
   * ```
   */
  enqueue(handle: DrizzleHandle, payload: Input, options?: EnqueueOptions): number {
    const tx = this.#handles.resolve(handle, 'queue.enqueue()');
    return tx === undefined
      ? this.#queue.enqueue(payload, options)
      : this.#queue.enqueueTx(tx, payload, options);
  }

  /**
   * Adds many jobs at once, all or none, with the same options.
   *
   * @returns their ids, in the order of the payloads.
   */
  enqueueMany(
    handle: DrizzleHandle,
    payloads: readonly Input[],
    options?: EnqueueOptions,
  ): number[] {
    const tx = this.#handles.resolve(handle, 'queue.enqueueMany()');
    return tx === undefined
      ? this.#queue.enqueueMany(payloads, options)
      : this.#queue.enqueueManyTx(tx, payloads, options);
  }

  /**
   * Deletes a job, whether it waits or runs; a handler that runs it loses its lease.
   *
   * @returns false if there is no such job in this queue.
   */
  cancel(handle: DrizzleHandle, id: number): boolean {
    const tx = this.#handles.resolve(handle, 'queue.cancel()');
    return tx === undefined ? this.#queue.cancel(id) : this.#queue.cancelTx(tx, id);
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
  work(handler: DrizzleHandler<Payload>, options?: WorkOptions<Payload>): Worker<Payload> {
    return this.#queue.work((job, context) => handler(this.#wrap(job), context), options);
  }

  /**
   * Claims the next job, under a lease of `visibilityTimeoutS`: highest priority first, then oldest.
   * Give each claimer a `workerId` that no other one has.
   *
   * @returns null if none is ready.
   */
  claimOne(workerId: string): DrizzleJob<Payload> | null {
    return whenAnswered(this.#queue.claimOne(workerId), (job) => job && this.#wrap(job));
  }

  /** Claims up to `count` jobs at once. */
  claimBatch(workerId: string, count: number): DrizzleJob<Payload>[] {
    return whenAnswered(this.#queue.claimBatch(workerId, count), (jobs) =>
      jobs.map((job) => this.#wrap(job)),
    );
  }

  /**
   * Claims jobs one by one, waiting for the next where none is ready, until `signal` fires. Each is
   * yours to `ack()`; one that isn't is ready again when its lease expires.
   *
   * @example
   * ```ts
   * for await (const job of emails.claim('worker-1', { signal: AbortSignal.timeout(50) })) {
   *   db.transaction((tx) => job.ack(tx));
   * }
   * ```
   */
  claim(
    workerId: string,
    options?: ClaimOptions,
  ): AsyncGenerator<DrizzleJob<Payload>, void, undefined> {
    return this.#wrapEach(this.#queue.claim(workerId, options));
  }

  async *#wrapEach(
    jobs: AsyncIterable<Job<Payload>>,
  ): AsyncGenerator<DrizzleJob<Payload>, void, undefined> {
    for await (const job of jobs) yield this.#wrap(job);
  }

  /**
   * Acks many jobs at once.
   *
   * @returns how many of them this worker still held.
   */
  ackBatch(ids: readonly number[], workerId: string): number {
    return this.#queue.ackBatch(ids, workerId);
  }

  /** A job of this queue as it stands now; null once it was acked, buried or cancelled. */
  getJob(id: number): JobRecord<Input> | null {
    return this.#queue.getJob(id);
  }

  /**
   * The jobs that wait (`state: 'pending'`), in the order in which they are claimed, or those that are claimed
   * (`'processing'`), by the ends of their leases; at most `limit` (100). Those that failed for good are in `dead`.
   */
  jobs(options: JobsOptions): JobRecord<Input>[] {
    return this.#queue.jobs(options);
  }

  /**
   * Waits for the result that the job's handler saves by `honker.saveResult()`, in whatever process.
   *
   * @throws {NoResultError} when the job is gone without one; its `lastError` says why, if it is dead.
   * @throws {TimeoutError} when it takes longer than `timeoutMs`.
   */
  waitResult<Result = unknown>(id: number, options?: WaitOptions): Promise<Result> {
    return this.#queue.waitResult<Result>(id, options);
  }

  /**
   * Moves the jobs whose `expires` has passed to dead, at once; claims do it as they meet them.
   *
   * @returns how many.
   */
  sweepExpired(): number {
    return this.#queue.sweepExpired();
  }

  /** Counts the jobs, so it costs what the queue is long. */
  stats(): QueueStats {
    return this.#queue.stats();
  }

  #wrap(job: Job<Payload>): DrizzleJob<Payload> {
    return new DrizzleJob(job, this.#handles);
  }
}
