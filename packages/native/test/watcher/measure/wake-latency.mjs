/**
 * How long from another process's commit to the callback here.
 * node wake-latency.mjs [kernel|polling] [commits] [NORMAL|FULL] → p50, p90, p99 and the slowest, in ms
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { watchCommits } from '../../../dist/esm/index.js';
import { percentile, watchedDatabase } from './watched-database.mjs';

const [backend = 'kernel', commits = '1000', synchronous = 'NORMAL'] = process.argv.slice(2);
const { path, remove } = watchedDatabase();
const wakes = [];
const watcher = watchCommits(path, () => wakes.push(process.hrtime.bigint()), { backend });
const program = fileURLToPath(new URL('../programs/commit-apart.mjs', import.meta.url));
const writer = fork(program, [path, commits, synchronous]);
const moments = (await once(writer, 'message'))[0].map(BigInt);
await once(writer, 'exit');

// The wake of a commit may begin before the writer has read its clock.
const EARLY = 1_000_000n;
const LATEST_MS = 1000;
const isLastSeen = () => wakes.length > 0 && wakes.at(-1) >= moments.at(-1) - EARLY;
for (let ms = 0; !isLastSeen() && ms < LATEST_MS; ms += 10) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
watcher.close();
remove();

let next = 0;
const latencies = moments.map((moment) => {
  while (next < wakes.length && wakes[next] < moment - EARLY) next++;
  return next < wakes.length ? Number(wakes[next] - moment) / 1e6 : Number.POSITIVE_INFINITY;
});
const [p50, p90, p99, slowest] = [0.5, 0.9, 0.99, 1].map((share) =>
  percentile(latencies, share).toFixed(3),
);
console.log(
  `wake, ${backend}, ${synchronous}, ${commits} commits: p50 ${p50} p90 ${p90} p99 ${p99} max ${slowest} ms`,
);
