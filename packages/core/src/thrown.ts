/** What handlers throw, which may be anything. */

/** What it says, for `last_error`. */
export function describeError(thrown: unknown): string {
  let text: string;
  try {
    text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    text = 'a value that cannot be converted to text was thrown';
  }
  // SQLite ends text at a NUL in many of its functions, and a megabyte of HTML helps nobody.
  return text.replaceAll('\0', '\ufffd').slice(0, 10_000);
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
