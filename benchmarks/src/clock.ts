/**
 * Milliseconds of the machine's monotonic clock. Unlike `performance.now()` it is the same clock in
 * every process, so a moment of one compares with a moment of another.
 */
export function machineMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
