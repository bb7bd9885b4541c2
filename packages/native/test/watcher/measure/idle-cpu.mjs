/**
 * What a watcher costs while nothing is committed.
 * node idle-cpu.mjs [kernel|polling] [seconds] → per cent of a core that its thread uses
 */
import { watchCommits } from '../../../dist/esm/index.js';
import { threadCpuS, threads, watchedDatabase } from './watched-database.mjs';

const [backend = 'kernel', seconds = '20'] = process.argv.slice(2);
const { path, remove } = watchedDatabase();
const before = threads();
const watcher = watchCommits(path, () => undefined, { backend });
const thread = [...threads()].find((id) => !before.has(id));
const used = threadCpuS(thread);
const started = process.hrtime.bigint();
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
const elapsed = Number(process.hrtime.bigint() - started) / 1e9;
const share = ((threadCpuS(thread) - used) / elapsed) * 100;
watcher.close();
remove();
console.log(`idle, ${backend}: ${share.toFixed(3)} % of a core over ${elapsed.toFixed(0)} s`);
