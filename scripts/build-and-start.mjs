/**
 * Builds a workspace with all that it depends on, quietly, and runs its dist/main.js:
 *
 *   node scripts/build-and-start.mjs order-importer --workers 3
 */
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const [workspace, ...options] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const turbo = require.resolve('turbo/bin/turbo');
const built = spawnSync(process.execPath, [turbo, 'run', 'build', `--filter=${workspace}...`], {
  encoding: 'utf8',
});
if (built.status !== 0) {
  process.stderr.write(`${built.stdout}${built.stderr}`);
  process.exit(built.status ?? 1);
}

// The program decides what Ctrl-C means; this process only passes on how it ended.
process.on('SIGINT', () => {});
const program = require.resolve(`${workspace}/dist/main.js`);
spawn(process.execPath, [program, ...options], { stdio: 'inherit' }).on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code ?? 1;
});
