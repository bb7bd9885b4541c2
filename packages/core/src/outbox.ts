import { requireFunction, requireName } from './arguments.js';
import type { EnqueueOptions } from './enqueue-options.js';
import type { HandlerContext } from './execution.js';
import type { Job } from './job.js';
import { Queue, type QueueOptions } from './queue.js';
import { runWorkers } from './run-workers.js';
import type { Session, TransactionHandle } from './session.js';
import type { WorkOptions } from './work-options.js';
import { Worker } from './worker.js';

/**
 * What the handler of an outbox is given beside the payload.
 *
 * @example
 * ```ts
 * const webhooks = db.outbox('webhooks', async (payload: { url: string }, { job, signal }) => {
 *   const headers = { 'Idempotency-Key': `webhook-${job.id}` };
 *   await fetch(payload.url, { method: 'POST', headers, signal });
 * });
 * ```
 */
export interface OutboxContext<Payload> extends HandlerContext {
  /** How often it was tried, and what else there is to know. */
  readonly job: Job<Payload>;
}

/**
 * Delivers one payload; when it throws, the delivery is tried again later.
 *
 * @example
 * ```ts
 * import type { OutboxHandler } from '@honker/core';
 *
 * const post: OutboxHandler<{ url: string }> = async ({ url }, { signal }) => {
 *   await fetch(url, { method: 'POST', signal });
 * };
 * db.outbox('webhooks', post);
 * ```
 */
export type OutboxHandler<Payload> = (payload: Payload, context: OutboxContext<Payload>) => unknown;

/**
 * `maxAttempts` is 10 by default: with the default backoff, a delivery is tried for about 10 to 20 minutes.
 *
 * @example
 * ```ts
 * const post = ({ url }: { url: string }) => fetch(url, { method: 'POST' });
 * db.outbox('webhooks', post, { maxAttempts: 20, timeoutS: 10, backoff: () => 60 });
 * ```
 */
export interface OutboxOptions<Payload = unknown>
  extends QueueOptions,
    Pick<WorkOptions<Payload>, 'backoff' | 'timeoutS'> {}

/**
 * The options of `outbox.runWorker()`.
 *
 * @example
 * ```ts
 * const webhooks = db.outbox('webhooks', ({ url }: { url: string }) => fetch(url));
 * await webhooks.runWorker('process-1', { concurrency: 5, signal: AbortSignal.timeout(50) });
 * ```
 */
export interface RunWorkerOptions {
  /** How many deliveries run at a time. Default 1. */
  concurrency?: number;
  /** Ends it: it returns when the running deliveries have come to their end. */
  signal?: AbortSignal;
}

/**
 * Side effects that belong to a transaction (a webhook, a mail): enqueued in it, delivered after it has
 * committed, again and again until that succeeds. Made by `db.outbox()`.
 *
 * @example
 * ```ts
 * const webhooks = db.outbox('webhooks', async (payload: { url: string }, { signal }) => {
 *   await fetch(payload.url, { method: 'POST', signal });
 * });
 * db.transaction((tx) => {
 *   tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
 *   webhooks.enqueueTx(tx, { url: 'https://example.com/orders' });
 * });
 * await webhooks.runWorker('process-1', { signal: AbortSignal.timeout(50) });
 * ```
 */
export class Outbox<Payload = unknown> {
  readonly name: string;
  /** The queue behind it, `_outbox:` and its name: for its dead letters and its stats. */
  readonly queue: Queue<Payload>;
  readonly #db: Session;
  readonly #handler: OutboxHandler<Payload>;
  readonly #options: OutboxOptions<Payload>;

  /** @internal Applications call `db.outbox()`. */
  constructor(
    db: Session,
    name: string,
    handler: OutboxHandler<Payload>,
    options: OutboxOptions<Payload>,
  ) {
    this.#db = db;
    this.name = requireName(name, 'name');
    requireFunction(handler, 'handler');
    this.#handler = handler;
    this.#options = options;
    this.queue = new Queue<Payload>(db, `_outbox:${name}`, {
      maxAttempts: options.maxAttempts ?? 10,
      ...(options.visibilityTimeoutS !== undefined && {
        visibilityTimeoutS: options.visibilityTimeoutS,
      }),
    });
  }

  /** Adds a delivery, in a transaction of its own. Returns the job's id. */
  enqueue(payload: Payload, options?: EnqueueOptions): number {
    return this.queue.enqueue(payload, options);
  }

  /** Adds a delivery inside an open transaction: it is made when, and only when, that commits. */
  enqueueTx(tx: TransactionHandle, payload: Payload, options?: EnqueueOptions): number {
    return this.queue.enqueueTx(tx, payload, options);
  }

  /**
   * Delivers, until `signal` fires and what was running then has come to its end. Run it in any number of
   * processes; `workerId` begins the `worker_id` by which the database tells who delivers what.
   *
   * @throws {ClosedError | DatabaseReplacedError} when the database was closed, or its file replaced.
   */
  async runWorker(workerId?: string, options: RunWorkerOptions = {}): Promise<void> {
    const { concurrency = 1, signal } = options;
    const { backoff, timeoutS } = this.#options;
    const work: WorkOptions<Payload> = { concurrency, ...(backoff && { backoff }) };
    if (timeoutS !== undefined) work.timeoutS = timeoutS;
    const idPrefix = workerId === undefined ? '' : `${requireName(workerId, 'workerId')}-`;
    const start = (onEnd: (error: Error | undefined) => void) =>
      new Worker<Payload>(
        this.queue,
        this.#db,
        (job, context) => this.#handler(job.payload, new Delivery(job, context)),
        work,
        { idPrefix, onEnd },
      );
    await runWorkers([start], signal);
  }
}

class Delivery<Payload> implements OutboxContext<Payload> {
  readonly job: Job<Payload>;
  readonly #context: HandlerContext;

  constructor(job: Job<Payload>, context: HandlerContext) {
    this.job = job;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }
}
