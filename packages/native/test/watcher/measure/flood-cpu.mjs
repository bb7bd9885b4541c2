/**
 * What the watcher and its wakes cost while another process commits all the time.
 * node flood-cpu.mjs [kernel|polling] [commits a second] [seconds] → per cent of a core
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { watchCommits } from '../../../dist/esm/index.js';
import { threadCpuS, threads, watchedDatabase } from './watched-database.mjs';

const [backend = 'kernel', rate = '5000', seconds = '10'] = process.argv.slice(2);
const { path, remove } = watchedDatabase();
const before = threads();
let wakes = 0;
const watcher = watchCommits(path, () => wakes++, { backend });
const thread = [...threads()].find((id) => !before.has(id));
const program = fileURLToPath(new URL('../programs/commit-at-rate.mjs', import.meta.url));
const writer = fork(program, [path, rate, seconds]);
await once(writer, 'spawn');
const processStart = process.cpuUsage();
const threadStart = threadCpuS(thread);
const started = process.hrtime.bigint();
const [commits] = await once(writer, 'message');
const elapsed = Number(process.hrtime.bigint() - started) / 1e9;
const { user, system } = process.cpuUsage(processStart);
const share = (cpuS) => ((cpuS / elapsed) * 100).toFixed(1);
console.log(
  `${commits} commits in ${elapsed.toFixed(1)} s, ${backend}: ${wakes} wakes; ` +
    `watcher ${share(threadCpuS(thread) - threadStart)} %, whole process ${share((user + system) / 1e6)} % of a core`,
);
watcher.close();
remove();
