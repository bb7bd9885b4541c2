/**
 * How long a Retry-After header asks to wait, as a RetryError takes it; undefined where there is none. It has
 * two forms: seconds, and a date.
 */
export function retryAfterS({ headers }: Response): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  // One more: a delay counts from the beginning of the clock's second that runs now, so it may be one short.
  return Math.max(0, Math.ceil(seconds)) + 1;
}
