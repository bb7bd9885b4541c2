import type { Job } from './job.js';

/**
 * What a handler is given beside its job.
 *
 * @example
 * ```ts
 * import type { HandlerContext } from '@honker/core';
 *
 * async function handle(job: Job<Email>, { signal }: HandlerContext): Promise<void> {
 *   await fetch('https://mail.example.com/send', { method: 'POST', body: job.payload.to, signal });
 * }
 * emails.work(handle);
 * ```
 */
export interface HandlerContext {
  /**
   * Fires when the job must not go on: its lease was lost (`reason` is a LeaseLostError), or the
   * worker was stopped and its time is up (a ClosedError), or the attempt has taken longer than the
   * worker's `timeoutS` (a TimeoutError).
   */
  readonly signal: AbortSignal;
}

/** One run of a handler: an attempt of a job. */
export class Execution<Payload> implements HandlerContext {
  readonly job: Job<Payload>;
  /** When the lease was last extended, in ms of `performance.now()`. */
  extendedAt: number;
  /** The lease is gone: whatever the handler comes to, it is somebody else's job now. */
  isAbandoned = false;
  /** Its slot was given to another one, although the handler has not come to its end. */
  isTimedOut = false;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(job: Job<Payload>, now: number) {
    this.job = job;
    this.extendedAt = now;
  }

  // Made when it is first asked for: an AbortController costs as much as a quarter of a no-op job.
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Whether the outcome is the worker's to write. */
  get isOurs(): boolean {
    return !this.isAbandoned && !this.job.isSettled;
  }

  abandon(reason: Error): void {
    this.isAbandoned = true;
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

export function jobsOf<Payload>(executions: Iterable<Execution<Payload>>): Job<Payload>[] {
  return Array.from(executions, ({ job }) => job);
}
