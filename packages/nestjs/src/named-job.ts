import type { Job } from '@honker/core';

const KEY = '__honker_task__';

/** The payload of a job that has a name: the form of a task's job, as every honker implementation writes it. */
export interface NamedPayload<Payload = unknown> {
  [KEY]: { task: string; args: [Payload]; kwargs: Record<string, never> };
}

/**
 * Gives a job a name, for the `@Process(name)` that is to handle it. `db.task(name, …).enqueue(…)` makes the
 * same.
 *
 * @example
 * ```ts
 * emails.enqueue(named('welcome', { to: 'alice@example.com' }));
 * ```
 */
export function named<Payload>(name: string, payload: Payload): NamedPayload<Payload> {
  return { [KEY]: { task: name, args: [payload], kwargs: {} } };
}

interface TaskCall {
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
}

/** The call in a payload; undefined for one without a name, or with a wrong envelope. */
export function readCall(payload: unknown): TaskCall | undefined {
  const { task, args = [], kwargs = {} } = Object(Object(payload)[KEY]);
  if (typeof task !== 'string' || !Array.isArray(args)) return undefined;
  if (typeof kwargs !== 'object' || kwargs === null) return undefined;
  return { task, args, kwargs };
}

/** A job that has a name, as `@Process(name)` methods get it. It does what a `Job` does. */
export class NamedJob<Payload = unknown> {
  readonly name: string;
  /** The first argument of the call, which is all that `named()` gives. */
  readonly payload: Payload;
  /** All arguments of the call; keyword arguments, which only other languages have, are one object at the end. */
  readonly args: readonly unknown[];
  /** The job itself. */
  readonly job: Job<unknown>;

  /** @internal Made for `@Process(name)` methods. */
  constructor(job: Job<unknown>, { task, args, kwargs }: TaskCall) {
    this.job = job;
    this.name = task;
    this.args = Object.keys(kwargs).length === 0 ? args : [...args, kwargs];
    this.payload = this.args[0] as Payload;
  }

  get id(): number {
    return this.job.id;
  }

  get queue(): string {
    return this.job.queue;
  }

  get workerId(): string {
    return this.job.workerId;
  }

  get attempts(): number {
    return this.job.attempts;
  }

  get claimExpiresAt(): number {
    return this.job.claimExpiresAt;
  }

  get isSettled(): boolean {
    return this.job.isSettled;
  }

  ack(): boolean {
    return this.job.ack();
  }

  retry(delayS: number, error?: unknown): boolean {
    return this.job.retry(delayS, error);
  }

  fail(error?: unknown): boolean {
    return this.job.fail(error);
  }

  heartbeat(extendS?: number): boolean {
    return this.job.heartbeat(extendS);
  }
}
