import { spawnSync } from 'node:child_process';
import { extensionPath } from '@honker/native';
import { describe, expect, it } from 'vitest';

const listing = spawnSync('nm', ['-D', '--undefined-only', extensionPath()], { encoding: 'utf8' });

// A file that is truncated kills whoever reads it through a mapping (SIGBUS).
describe.skipIf(process.platform !== 'linux' || listing.error)('the library', () => {
  it('maps no file into memory', () => {
    expect(listing.stdout).toContain('pthread_mutex_lock');
    expect(listing.stdout).not.toMatch(/\b(mmap|mmap64|mremap|shm_open|shmat)\b/);
  });
});
