import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.js';

const programFile = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

/** Runs a program where a limit of inotify is the given one: each user namespace has its own. */
function runUnder(limit: string, value: number, program: string, path: string) {
  const script = `echo ${value} > /proc/sys/user/${limit} && exec "$0" "$@"`;
  const command = ['sh', '-c', script, process.execPath, programFile(program), path];
  return spawnSync('unshare', ['-Ur', ...command], { encoding: 'utf8' });
}

const namespaces =
  process.platform === 'linux' && spawnSync('unshare', ['-Ur', 'true']).status === 0;

// Without user namespaces a limit could only be lowered for everything on the machine.
describe.skipIf(!namespaces)('where inotify is at its limit', () => {
  it.each([
    [
      'max_inotify_instances',
      0,
      'Too many open files: see /proc/sys/fs/inotify/max_user_instances',
    ],
    [
      'max_inotify_watches',
      1,
      'No space left on device: see /proc/sys/fs/inotify/max_user_watches',
    ],
    [
      'max_inotify_watches',
      2,
      'No space left on device: see /proc/sys/fs/inotify/max_user_watches',
    ],
  ])('%s %d: kernel says so, and the default watches by polling', (limit, value, message) => {
    const path = join(temporaryDirectory(), 'a.db');
    const { stdout, stderr } = runUnder(limit, value, 'open-kernel.mjs', path);
    expect(stderr).toBe('');
    const { kernel, alive } = JSON.parse(stdout);
    expect(kernel).toContain(`cannot watch ${path}: inotify: ${message}`);
    expect(alive).toBe(true);
  });

  it('above it, kernel works there', () => {
    const path = join(temporaryDirectory(), 'a.db');
    const { stdout } = runUnder('max_inotify_watches', 3, 'open-kernel.mjs', path);
    expect(JSON.parse(stdout)).toEqual({ kernel: 'opened', alive: true });
  });

  it('a -wal that comes later and is refused is looked after each millisecond', () => {
    const path = join(temporaryDirectory(), 'a.db');
    const { stdout, stderr } = runUnder('max_inotify_watches', 2, 'wal-refused.mjs', path);
    expect(stderr).toBe('');
    const tookMs = (JSON.parse(stdout) as number[]).sort((a, b) => a - b);
    // Unwatched and forgotten it would be the 147 ms until the next look that nothing prompts.
    expect(tookMs[4]).toBeLessThan(40);
  });
});
