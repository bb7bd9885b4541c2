import { spawnSync } from 'node:child_process';

export const strace = ['-f', '-y', '-qq', '-e', 'signal=none'];

/** Absent, or in a sandbox that allows no tracing: nothing can be seen there. */
export const canTrace =
  process.platform === 'linux' && spawnSync('strace', [...strace, 'true']).status === 0;
