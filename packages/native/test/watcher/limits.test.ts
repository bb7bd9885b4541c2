import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.js';

const program = fileURLToPath(new URL('./programs/open-kernel.mjs', import.meta.url));

/** Runs the program where a limit of inotify is the given one: each user namespace has its own. */
function openUnder(limit: string, value: number, path: string) {
  const script = `echo ${value} > /proc/sys/user/${limit} && exec "$0" "$@"`;
  return spawnSync('unshare', ['-Ur', 'sh', '-c', script, process.execPath, program, path], {
    encoding: 'utf8',
  });
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
    const { stdout, stderr } = openUnder(limit, value, path);
    expect(stderr).toBe('');
    const { kernel, alive } = JSON.parse(stdout);
    expect(kernel).toContain(`cannot watch ${path}: inotify: ${message}`);
    expect(alive).toBe(true);
  });

  it('above it, kernel works there', () => {
    const { stdout } = openUnder('max_inotify_watches', 3, join(temporaryDirectory(), 'a.db'));
    expect(JSON.parse(stdout)).toEqual({ kernel: 'opened', alive: true });
  });
});
