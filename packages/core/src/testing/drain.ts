import type { AsyncHandler, AsyncJob, AsyncQueue } from '../async-queue.js';
import type { Handler } from '../handler-runner.js';
import type { BuriedJob, Job } from '../job.js';
import { News } from '../news.js';
import type { Queue } from '../queue.js';

/**
 * What became of the jobs that `drain()` ran, in the order in which they came to their ends.
 *
 * @example
 * ```ts
 * import { type Drained, drain } from '@honker/core/testing';
 *
 * const drained: Drained<Job<Email>> = await drain(emails, () => {});
 * console.log(drained.completed.length, drained.failed.length, drained.dead.length); // => 1 0 0
 * ```
 */
export interface Drained<DrainedJob extends { payload: unknown }> {
  completed: DrainedJob[];
  /** Attempts that failed, and are to be made again later. */
  failed: { job: DrainedJob; error: unknown; delayS: number }[];
  dead: { job: BuriedJob<DrainedJob['payload']>; error: unknown }[];
}

/**
 * The options of `drain()`.
 *
 * @example
 * ```ts
 * import { drain } from '@honker/core/testing';
 *
 * await drain(emails, (job) => console.log('to', job.payload.to), { concurrency: 10 });
 * ```
 */
export interface DrainOptions {
  /** How many jobs run at a time. Default 1: in the order of the queue. */
  concurrency?: number;
}

/**
 * Runs the jobs of a queue that are ready, as a worker would, and those that they enqueue in it, until none is
 * left. What is due later stays: a `testClock()` makes it due.
 *
 * @throws {Error} what the worker reports as its `error`.
 *
 * @example
 * ```ts
 * import { drain, temporaryDatabase } from '@honker/core/testing';
 *
 * const db = temporaryDatabase();
 * const emails = db.queue<{ to: string }>('emails');
 * emails.enqueue({ to: 'alice@example.com' });
 * const { completed } = await drain(emails, (job) => console.log(job.payload.to));
 * console.log(completed.length);
 * db.close();
 * ```
 */
export function drain<Payload, Input>(
  queue: Queue<Payload, Input>,
  handler: Handler<Payload>,
  options?: DrainOptions,
): Promise<Drained<Job<Payload>>>;
export function drain<Payload, Input>(
  queue: AsyncQueue<Payload, Input>,
  handler: AsyncHandler<Payload>,
  options?: DrainOptions,
): Promise<Drained<AsyncJob<Payload>>>;
export function drain(queue: object, handler: unknown, options: DrainOptions = {}): unknown {
  return drainQueue(queue as Queue, handler as Handler<unknown>, options);
}

async function drainQueue(
  queue: Queue,
  handler: Handler<unknown>,
  options: DrainOptions,
): Promise<Drained<Job<unknown>>> {
  const drained: Drained<Job<unknown>> = { completed: [], failed: [], dead: [] };
  let failure: unknown;
  const news = new News(queue.db);
  const worker = queue.work(handler, options);
  worker.on('completed', (job) => drained.completed.push(job));
  worker.on('failed', (job, error, delayS) => drained.failed.push({ job, error, delayS }));
  worker.on('dead', (job, error) => drained.dead.push({ job, error }));
  worker.on('error', (error) => {
    failure ??= error;
    news.ring();
  });
  try {
    // Each turn of the worker commits, which is news.
    while (news.look() && failure === undefined) {
      const { ready } = await queue.stats();
      if (ready === 0 && worker.running === 0) break;
      await news.wait();
    }
  } finally {
    news.close();
    await worker.stop(failure === undefined ? {} : { timeoutMs: 0 });
  }
  if (failure !== undefined) throw failure;
  return drained;
}
