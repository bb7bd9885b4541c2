/** The form of a task's job, which other honker implementations read and write, too. */
export interface TaskCall {
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
}

const KEY = '__honker_task__';

export function toEnvelope(task: string, args: readonly unknown[]): { [KEY]: TaskCall } {
  return { [KEY]: { task, args: [...args], kwargs: {} } };
}

/** The call in a job's payload, or what is wrong with that. */
export function readEnvelope(payload: unknown): TaskCall | string {
  const call = isObject(payload) ? payload[KEY] : undefined;
  if (!isObject(call)) return `the payload has no object ${KEY}`;
  const { task, args = [], kwargs = {} } = call;
  if (typeof task !== 'string') return `${KEY}.task is not a string`;
  if (!Array.isArray(args)) return `${KEY}.args is not an array`;
  if (!isObject(kwargs)) return `${KEY}.kwargs is not an object`;
  return { task, args, kwargs };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
