/**
 * How long threads were ready to run and the machine ran others: what a busy machine adds to a wake, which no
 * watcher can help. Linux counts it, for each thread; elsewhere there is nothing to read, and it is taken for 0.
 */
import { readdirSync, readFileSync } from 'node:fs';

const tasks = '/proc/self/task';

/** The thread that runs JavaScript, and those that start meanwhile: where the kernel tells of each. */
export function threadsOf(start) {
  if (process.platform !== 'linux') {
    start();
    return [];
  }
  const before = new Set(readdirSync(tasks));
  start();
  const started = readdirSync(tasks).filter((thread) => !before.has(thread));
  return [String(process.pid), ...started].map(
    (thread) => `/proc/${process.pid}/task/${thread}/schedstat`,
  );
}

/** In ns, since those threads began. */
export function withheldNs(threads) {
  return threads.reduce((sum, path) => sum + BigInt(readFileSync(path, 'utf8').split(' ')[1]), 0n);
}
