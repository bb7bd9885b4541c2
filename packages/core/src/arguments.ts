/** Checks of what applications pass in, made before any SQL runs. Messages name the option. */

/** @throws {TypeError} unless `value` is a string with something in it. */
export function requireName(value: unknown, name: string): string {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string, not ${describe(value)}`);
  }
  if (value === '') throw new TypeError(`${name} must not be empty`);
  if (value.includes('\0')) throw new TypeError(`${name} must not contain a NUL character`);
  return value;
}

/** @throws {TypeError | RangeError} unless `value` is a whole number of at least `minimum`. */
export function requireInteger(value: unknown, name: string, minimum: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number, not ${describe(value)}`);
  }
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`${name} must be a whole number, not ${value}`);
  }
  if (value < minimum) throw new RangeError(`${name} must be at least ${minimum}, not ${value}`);
  return value;
}

/** @throws {TypeError} unless `value` is a function. */
export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') {
    throw new TypeError(`${name} must be a function, not ${describe(value)}`);
  }
}

/** @throws {TypeError} for what JSON has no form for: undefined, functions, cycles, bigints. */
export function toJson(payload: unknown, name = 'payload'): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(payload);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new TypeError(`${name} cannot be written as JSON: ${reason}`, { cause });
  }
  if (json === undefined) {
    throw new TypeError(`${name} must be a JSON value, not ${describe(payload)} (null is one)`);
  }
  return json;
}

/** The JSON array of many payloads, each of them written by `write`, which is told its name. */
export function toJsonArray(
  payloads: readonly unknown[],
  write: (payload: unknown, name: string) => string = toJson,
): string {
  if (!Array.isArray(payloads)) {
    throw new TypeError(`payloads must be an array, not ${describe(payloads)}`);
  }
  const texts = Array.from(payloads, (payload, index) => write(payload, `payloads[${index}]`));
  return `[${texts.join()}]`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'function') return 'a function';
  return `${typeof value} ${String(value).slice(0, 40)}`;
}
