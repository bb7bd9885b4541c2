import type { Job } from '@honker/core';
import { argumentsOf, readEnvelope, type TaskCall, toEnvelope } from '@honker/core/adapter';

/** The payload of a job that has a name: the form of a task's job, as every honker implementation writes it. */
export interface NamedPayload<Payload = unknown> {
  __honker_task__: { task: string; args: [Payload]; kwargs: Record<string, never> };
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
  return toEnvelope(name, [payload]) as NamedPayload<Payload>;
}

/** The call in a payload; undefined for one without a name, or with a wrong envelope. */
export function readCall(payload: unknown): TaskCall | undefined {
  const call = readEnvelope(payload);
  return typeof call === 'string' ? undefined : call;
}

/** A job that has a name, as `@Process(name)` methods get it: the job itself, with what is in its envelope. */
export type NamedJob<Payload = unknown, Base extends object = Job<unknown>> = Omit<
  Base,
  'payload'
> & {
  readonly name: string;
  /** The first argument of the call, which is all that `named()` gives. */
  readonly payload: Payload;
  /** All arguments of the call; keyword arguments, which only other languages have, are one object at the end. */
  readonly args: readonly unknown[];
};

/** The job as it is, with a name, arguments and another payload. */
export function toNamedJob<Base extends object>(
  job: Base,
  call: TaskCall,
): NamedJob<unknown, Base> {
  const args = argumentsOf(call);
  const own = { name: call.task, args, payload: args[0] };
  // An heir of the job, for instanceof; its methods run on the job itself, whose private fields no heir has.
  return new Proxy(Object.assign(Object.create(job), own), {
    get(heir, key) {
      if (Object.hasOwn(heir, key)) return heir[key];
      const value = Reflect.get(job, key);
      return typeof value === 'function' ? value.bind(job) : value;
    },
  }) as NamedJob<unknown, Base>;
}
