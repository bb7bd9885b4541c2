/** @throws {TypeError} unless `value` is a text with something in it; `call` is the decorator's name. */
export function requireText(value: unknown, call: string, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${call} takes ${name} as a text, not ${describe(value)}`);
}

/** @throws {TypeError} for an option that isn't one of `names`. */
export function requireKnownOptions(options: object, call: string, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${call} has no option ${unknown}; it has ${names.join(', ')}`);
}

export function describe(value: unknown): string {
  if (value === '') return 'an empty one';
  if (value === null || value === undefined) return String(value);
  if (value instanceof Date) return 'a Date';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return `the ${typeof value} ${String(value)}`;
}
