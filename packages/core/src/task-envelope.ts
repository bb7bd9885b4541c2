/**
 * The form of a task's job, which other honker implementations read and write, too.
 *
 * @example
 * ```ts
 * import { argumentsOf, type TaskCall } from '@honker/core/adapter';
 *
 * const call: TaskCall = { task: 'add', args: [2, 3], kwargs: {} };
 * console.log(call.task, argumentsOf(call)); // => add [ 2, 3 ]
 * ```
 */
export interface TaskCall {
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
}

const KEY = '__honker_task__';

/**
 * The payload of a task's job.
 *
 * @example
 * ```ts
 * import { toEnvelope } from '@honker/core/adapter';
 *
 * db.queue('math').enqueue(toEnvelope('add', [2, 3]));
 * ```
 */
export function toEnvelope(task: string, args: readonly unknown[]): { [KEY]: TaskCall } {
  return { [KEY]: { task, args: [...args], kwargs: {} } };
}

/**
 * The call in a job's payload, or what is wrong with that.
 *
 * @example
 * ```ts
 * import { readEnvelope, toEnvelope } from '@honker/core/adapter';
 *
 * console.log(readEnvelope(toEnvelope('add', [2, 3]))); // => { task: 'add', args: [ 2, 3 ], kwargs: {} }
 * console.log(readEnvelope('text')); // => the payload has no object __honker_task__
 * ```
 */
export function readEnvelope(payload: unknown): TaskCall | string {
  const call = isObject(payload) ? payload[KEY] : undefined;
  if (!isObject(call)) return `the payload has no object ${KEY}`;
  const { task, args = [], kwargs = {} } = call;
  if (typeof task !== 'string') return `${KEY}.task is not a string`;
  if (!Array.isArray(args)) return `${KEY}.args is not an array`;
  if (!isObject(kwargs)) return `${KEY}.kwargs is not an object`;
  return { task, args, kwargs };
}

/**
 * What a task is called with: keyword arguments, which only other languages have, come as one object after the
 * others.
 *
 * @example
 * ```ts
 * import { argumentsOf } from '@honker/core/adapter';
 *
 * console.log(argumentsOf({ task: 'add', args: [2], kwargs: { b: 3 } })); // => [ 2, { b: 3 } ]
 * ```
 */
export function argumentsOf({ args, kwargs }: TaskCall): unknown[] {
  return Object.keys(kwargs).length === 0 ? args : [...args, kwargs];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
