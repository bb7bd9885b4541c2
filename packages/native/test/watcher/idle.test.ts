import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.js';
import { backends } from './watched.js';

const program = fileURLToPath(new URL('./programs/watch-idle.mjs', import.meta.url));
const strace = ['-f', '-qq', '-ttt', '-e', 'signal=none'];
const canTrace =
  process.platform === 'linux' && spawnSync('strace', [...strace, 'true']).status === 0;

const ASKED_MS = 4500;
/** In so many seconds after a commit, whatever the machine: see measure/README.md for the CPU time. */
const mostLooks = {
  kernel: (seconds: number) => 10 * seconds + 1,
  // Each millisecond for a second, then each look waits a thousandth of the time so far.
  polling: (seconds: number) => 1000 + 1000 * Math.log(seconds) + 1,
};
const mostPaths = (seconds: number) => 4 * seconds + 1;

/** What the watching thread asked of the kernel between the marks, and for how long they were apart. */
function callsWhileIdle(backend: string) {
  const directory = temporaryDirectory();
  const log = join(directory, 'strace.log');
  const args = [...strace, '-o', log, process.execPath, program];
  const { status, stderr } = spawnSync(
    'strace',
    [...args, join(directory, 'a.db'), backend, String(ASKED_MS)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const lines = readFileSync(log, 'utf8').split('\n');
  const at = (mark: string) => lines.findIndex((line) => line.includes(`"/mark/${mark}"`));
  const timeOf = (mark: string) => Number(lines[at(mark)]?.split(/ +/)[1]);
  const idle = lines.slice(at('idle'), at('over'));
  // A look takes a lock of SQLite's and gives it back; nobody else does while nothing is committed.
  const thread = idle.find((line) => line.includes('F_SETLK'))?.split(' ')[0];
  const calls = idle
    .filter((line) => line.startsWith(`${thread} `))
    .map((line) => /^\d+ +[\d.]+ (\w+)\(/.exec(line)?.[1] ?? '');
  const count = (...names: string[]) => calls.filter((call) => names.includes(call)).length;
  const known = ['fcntl', 'stat', 'newfstatat', 'statx', 'ppoll', 'futex', 'clock_gettime', ''];
  return {
    seconds: timeOf('over') - timeOf('idle'),
    looks: count('fcntl') / 2,
    paths: count('stat', 'newfstatat', 'statx'),
    others: calls.filter((call) => !known.includes(call)),
  };
}

describe.skipIf(!canTrace).each(backends)('the %s watcher', (backend) => {
  it('looks so seldom while nothing is committed, by one lock each, that it costs next to nothing', {
    timeout: 120_000,
  }, () => {
    const { seconds, looks, paths, others } = callsWhileIdle(backend);
    expect(others).toEqual([]);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(mostLooks[backend](seconds));
    expect(paths).toBeGreaterThan(0);
    expect(paths).toBeLessThanOrEqual(mostPaths(seconds));
  });
});
