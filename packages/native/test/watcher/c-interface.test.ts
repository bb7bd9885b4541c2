import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extensionPath } from '../../dist/esm/index.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { pythonIsMissing, runPython } from './python.js';
import { backends } from './watched.js';

describe.skipIf(pythonIsMissing)('the C interface', () => {
  it.each(backends)('opens, waits, is released and survives a fork(), by %s', (backend) => {
    const path = join(temporaryDirectory(), 'a.db');
    expect(runPython('c_interface.py', extensionPath(), path, backend)).toEqual({
      unloaded: `cannot watch ${path}: load the extension into a connection first`,
      open: '',
      quiet: 0,
      commit: 1,
      waiters: [1, 1, 1],
      child: 0,
      parent: 1,
      null: true,
      unknown: [null, 'unknown watcher backend inotify'],
      short: [null, 'unknown'],
      interval: [null, 'poll_interval_ms must be at most 60000'],
    });
  });

  it('is in the middle of no look, and no checkpoint, when the process is fork()ed', () => {
    const path = join(temporaryDirectory(), 'a.db');
    expect(runPython('fork_often.py', extensionPath(), path)).toEqual([0]);
  });

  it.skipIf(!backends.includes('kernel'))(
    'keeps one inotify instance for the next watcher, of no other process',
    () => {
      const path = join(temporaryDirectory(), 'a.db');
      expect(runPython('watch_in_child.py', extensionPath(), path)).toEqual({
        open: [3],
        closed: [0],
        child: [3],
        parent: [0],
      });
    },
  );
});
