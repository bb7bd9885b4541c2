import { requireInteger } from './arguments.js';
import { exponentialBackoff } from './backoff.js';
import { DoneInside } from './done-inside.js';
import { type Execution, jobsOf } from './execution.js';
import type { BuriedJob, Job } from './job.js';
import type { Outcomes } from './outcomes.js';
import { queries } from './queries/queries.js';
import { codeOf, describeError } from './thrown.js';
import { type Step, step } from './turn-step.js';

/** What a worker hears when its outcomes have been written. */
export interface SettlementListener<Payload> {
  completed(job: Job<Payload>): void;
  failed(job: Job<Payload>, error: unknown, delayS: number): void;
  dead(job: BuriedJob<Payload>, error: unknown): void;
  lost(job: Job<Payload>): void;
  /** The application's backoff answered something that is no delay. */
  error(error: unknown): void;
}

/**
 * How long to wait after a failed attempt, in whole seconds.
 *
 * @inline
 */
export type Backoff = (attempts: number, error: unknown) => number;

/** Turns outcomes into queries: acks, retries, burials, releases. */
export class Settlement<Payload> {
  readonly #workerId: string;
  readonly #backoff: Backoff;
  readonly #listener: SettlementListener<Payload>;

  constructor(workerId: string, backoff: Backoff, listener: SettlementListener<Payload>) {
    this.#workerId = workerId;
    this.#backoff = backoff;
    this.#listener = listener;
  }

  steps({ succeeded, failed, released, malformed }: Outcomes<Payload>): Step[] {
    const done = new DoneInside();
    const steps = done.steps(succeeded);
    if (succeeded.length > 0) {
      const query = queries.ackClaims(jobsOf(succeeded), this.#workerId);
      steps.push(step(query, (lostIds) => this.#onAcked(succeeded, done.without(lostIds))));
    }
    for (const { execution, error } of failed) {
      steps.push(...done.steps([execution]));
      if (codeOf(error) === 'HONKER_FAIL') steps.push(this.#failStep(execution.job, error, done));
      else steps.push(...this.#retrySteps(execution.job, error, done));
    }
    for (const { row, error } of malformed) {
      const { id, queue, attempts } = row;
      const tell = () => this.#listener.dead({ id, queue, attempts }, error);
      steps.push(step(queries.fail(row, this.#workerId, error.message), tell));
    }
    if (released.length > 0) {
      steps.push(step(queries.releaseClaims(jobsOf(released), this.#workerId), () => {}));
    }
    return steps;
  }

  #onAcked(succeeded: Execution<Payload>[], lostIds: number[]): void {
    for (const { job } of succeeded) {
      if (lostIds.includes(job.id)) this.#listener.lost(job);
      else this.#listener.completed(job);
    }
  }

  #failStep(job: Job<Payload>, error: unknown, done: DoneInside): Step {
    return step(queries.fail(job, this.#workerId, describeError(error)), (isHeld) => {
      if (isHeld) this.#listener.dead(job, error);
      else this.#onNotHeld(job, error, done);
    });
  }

  #retrySteps(job: Job<Payload>, error: unknown, done: DoneInside): Step[] {
    const delayS = this.#delay(job, error);
    let isHeld = false;
    return [
      step(queries.retry(job, this.#workerId, delayS, describeError(error)), (held) => {
        isHeld = held;
      }),
      // A retry that finds the attempts used up moves the job to dead, and answers the same.
      step(queries.getJob(job.id), (row) => {
        if (!isHeld) this.#onNotHeld(job, error, done);
        else if (row === null) this.#listener.dead(job, error);
        else this.#listener.failed(job, error, delayS);
      }),
    ];
  }

  #onNotHeld(job: Job<Payload>, error: unknown, done: DoneInside): void {
    // The work is done, so there is no retry that would tell of the error.
    if (done.has(job)) this.#listener.error(error);
    else this.#listener.lost(job);
  }

  /** A wrong answer of the application's must not keep the failure from being written. */
  #delay(job: Job<Payload>, error: unknown): number {
    try {
      if (codeOf(error) === 'HONKER_RETRY') {
        return requireInteger((error as { delayS?: unknown }).delayS, 'delayS of a RetryError', 0);
      }
      return requireInteger(this.#backoff(job.attempts, error), 'what backoff() returns', 0);
    } catch (problem) {
      this.#listener.error(problem);
      return exponentialBackoff(job.attempts);
    }
  }
}
