/** Two seconds, four, eight, …: the longest wait after the first, second, third attempt. */
const BASE_S = 2;
const LONGEST_S = 3600;

/**
 * How long to wait after a failed attempt, in whole seconds: exponential, at most an hour, and
 * somewhere between half of it and all of it, so that jobs that failed together don't come back
 * together.
 */
export function exponentialBackoff(attempts: number): number {
  const longest = Math.min(BASE_S ** attempts, LONGEST_S);
  return Math.ceil(longest / 2 + Math.random() * (longest / 2));
}
