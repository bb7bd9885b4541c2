import { HonkerError } from './errors.js';

/**
 * Thrown by a handler to have its job retried after `delayS` seconds, instead of after the backoff.
 * The attempt counts: after the last one the job goes to dead.
 *
 * @example
 * ```ts
 * queue.work(async (job) => {
 *   const response = await fetch(job.payload.url);
 *   if (response.status === 429) throw new RetryError('rate limited', { delayS: 60 });
 * });
 * ```
 */
export class RetryError extends HonkerError {
  /** Whole seconds, from the beginning of the clock's second: the retry is up to one earlier. Add it where that matters. */
  readonly delayS: number;

  constructor(message: string, options: ErrorOptions & { delayS: number }) {
    super('HONKER_RETRY', message, options);
    this.delayS = options.delayS;
  }
}

/**
 * Thrown by a handler when trying again can't help: the job goes straight to dead.
 *
 * @example
 * ```ts
 * queue.work(async (job) => {
 *   if (!job.payload.to.includes('@')) throw new FailError(`not an address: ${job.payload.to}`);
 * });
 * ```
 */
export class FailError extends HonkerError {
  constructor(message: string, options?: ErrorOptions) {
    super('HONKER_FAIL', message, options);
  }
}
