/** What handlers throw, which may be anything. */

// SQLite ends text at a NUL in many of its functions, and a megabyte of HTML helps nobody.
const LONGEST = 10_000;
/** Of an error and what caused it, all in all: what lies deeper says little, and a cause may cause itself. */
const MOST_ERRORS = 10;

/**
 * What it says, and what caused it says, for `last_error`: of fetch, the cause alone tells what went wrong.
 *
 * @example
 * ```ts
 * import { describeError } from '@honker/core/adapter';
 *
 * const error = new Error('no mail', { cause: new Error('no server') });
 * console.log(describeError(error)); // => Error: no mail; caused by Error: no server
 * ```
 */
export function describeError(thrown: unknown): string {
  const told = new Set<unknown>();
  const untold = [thrown];
  let text = '';
  while (untold.length > 0 && told.size < MOST_ERRORS && text.length < LONGEST) {
    const next = untold.shift();
    if (told.has(next)) continue;
    if (told.size === 0) text = textOf(next);
    else if (!isAtEndOf(text, next)) text += `; caused by ${textOf(next)}`;
    told.add(next);
    untold.unshift(...causesOf(next));
  }
  return text.replaceAll('\0', '\ufffd').slice(0, LONGEST);
}

function textOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return String(thrown).slice(0, LONGEST);
    const { name, message } = thrown;
    return message === '' ? name : `${name}: ${message}`.slice(0, LONGEST);
  } catch {
    return 'a value that cannot be converted to text was thrown';
  }
}

/** Whoever wraps an error often repeats its message. */
function isAtEndOf(text: string, cause: unknown): boolean {
  try {
    const said = cause instanceof Error ? cause.message : String(cause);
    return said !== '' && text.endsWith(said);
  } catch {
    return false;
  }
}

/** Also those beside one another: what connects to several addresses fails with an error for each. */
function causesOf(thrown: unknown): unknown[] {
  try {
    if (!(thrown instanceof Error)) return [];
    const errors = thrown instanceof AggregateError ? thrown.errors.slice(0, MOST_ERRORS) : [];
    return [...errors, thrown.cause].filter((cause) => cause !== undefined && cause !== null);
  } catch {
    return []; // a getter that throws, or no list of errors
  }
}

/** The error itself; one that says what was thrown, where that is none. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(describeError(thrown));
}

/** For what instanceof can't tell: the error may be of another copy of this package, ESM beside CommonJS. */
export function codeOf(error: unknown): unknown {
  try {
    return (error as { code?: unknown } | null | undefined)?.code;
  } catch {
    return undefined; // a getter that throws
  }
}
