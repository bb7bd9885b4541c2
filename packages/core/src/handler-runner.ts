import { AttemptTimeouts } from './attempt-timeouts.js';
import { TimeoutError } from './errors.js';
import type { Execution, HandlerContext } from './execution.js';
import type { HeldJobs } from './held-jobs.js';
import type { Job } from './job.js';
import type { Outcomes } from './outcomes.js';
import type { WorkOptions } from './work-options.js';

/**
 * Handles one job. When it returns, the job is acked. When it throws, the job is retried, later each
 * time, until its attempts are used up; a RetryError chooses when, a FailError gives up at once.
 * A handler may also settle the job itself, by `job.ack()`, `retry()` or `fail()`, or in the transaction that
 * does its work, by `ackTx()`.
 *
 * @example
 * ```ts
 * import type { Handler } from '@honker/core';
 *
 * const handle: Handler<Email> = async (job, { signal }) => {
 *   await fetch('https://mail.example.com/send', { method: 'POST', body: job.payload.to, signal });
 * };
 * emails.work(handle);
 * ```
 */
export type Handler<Payload> = (job: Job<Payload>, context: HandlerContext) => unknown;

/** What a worker hears of its handlers. */
interface HandlerListener<Payload> {
  /** A handler has come to its end, while the job was still its own. */
  returned(execution: Execution<Payload>): void;
  /** A slot is free, and there may be an outcome to be written. */
  freed(): void;
  /** A handler failed for which nothing is retried. */
  error(error: unknown): void;
}

/** Runs the handler for the jobs that a worker holds, and puts what they come to to its outcomes. */
export class HandlerRunner<Payload> {
  readonly #handler: Handler<Payload>;
  readonly #jobs: HeldJobs<Payload>;
  readonly #outcomes: Outcomes<Payload>;
  readonly #listener: HandlerListener<Payload>;
  readonly #timeouts: AttemptTimeouts<Payload>;

  constructor(
    handler: Handler<Payload>,
    timeoutS: WorkOptions<Payload>['timeoutS'],
    jobs: HeldJobs<Payload>,
    outcomes: Outcomes<Payload>,
    listener: HandlerListener<Payload>,
  ) {
    this.#handler = handler;
    this.#jobs = jobs;
    this.#outcomes = outcomes;
    this.#listener = listener;
    this.#timeouts = new AttemptTimeouts(timeoutS, (...attempt) => this.#onTimeUp(...attempt));
  }

  /** Starts as many as there are free slots. */
  start(): void {
    for (let next = this.#jobs.startNext(); next; next = this.#jobs.startNext()) this.#run(next);
  }

  end(): void {
    this.#timeouts.clearAll();
  }

  async #run(execution: Execution<Payload>): Promise<void> {
    try {
      this.#timeouts.start(execution);
      await this.#handler(execution.job, execution);
      if (execution.isOurs) this.#outcomes.succeeded.push(execution);
    } catch (error) {
      if (execution.isOurs) this.#outcomes.failed.push({ execution, error });
      // The job is settled, so there is no retry that would tell of it.
      else if (!execution.isAbandoned) this.#listener.error(error);
    }
    this.#timeouts.clear(execution);
    if (execution.isOurs) this.#listener.returned(execution);
    if (!execution.isTimedOut) this.#free(execution);
  }

  #onTimeUp(execution: Execution<Payload>, timeoutS: number): void {
    const error = new TimeoutError(`the attempt took longer than ${timeoutS} s`);
    if (execution.isOurs) this.#outcomes.failed.push({ execution, error });
    execution.isTimedOut = true;
    execution.abandon(error);
    this.#free(execution);
  }

  #free(execution: Execution<Payload>): void {
    this.#jobs.finish(execution);
    this.start();
    this.#listener.freed();
  }
}
