const cleanups: (() => unknown)[] = [];

/** Runs `cleanup` when the running test is over, the newest first, and before leaks are looked for. */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

export async function cleanUp(): Promise<void> {
  const errors: unknown[] = [];
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
    try {
      await cleanup();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, String(errors[0]));
}
