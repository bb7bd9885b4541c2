import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canTrace, strace } from '../strace.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { backends } from './watched.js';

const program = fileURLToPath(new URL('./programs/trace-me.mjs', import.meta.url));

/** What the program does to the files of its database: `[between which marks, call, file]`. */
function trace(backend: string) {
  const directory = temporaryDirectory();
  const path = join(directory, 'a.db');
  const log = join(directory, 'strace.log');
  const calls =
    'open,openat,openat2,creat,close,mmap,inotify_add_watch,access,faccessat,faccessat2';
  const args = [...strace, '-e', `trace=${calls}`, '-o', log, process.execPath, program];
  const { status, stderr } = spawnSync('strace', [...args, path, backend], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const phases = new Map<string, string[]>();
  let phase: string[] = [];
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const mark = /"\/mark\/([^"]*)"/.exec(line)?.[1];
    if (mark !== undefined) {
      phase = [];
      phases.set(mark, phase);
    }
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1];
    const file = /["<](\/[^">]*)[">]/.exec(line.replace('AT_FDCWD</', ''))?.[1];
    if (call !== undefined && file?.startsWith(directory) && !call.includes('access')) {
      phase.push(`${call} ${relative(directory, file) || '.'}`);
    }
  }
  return (mark: string) => phases.get(mark) ?? [`there is no mark ${mark}`];
}

describe.skipIf(!canTrace).each(backends)('the %s watcher', (backend) => {
  it('opens, maps and closes nothing of the database: what SQLite does for a connection, and no more', {
    timeout: 120_000,
  }, () => {
    const after = trace(backend);
    const sqlite = (mark: string) => after(mark).filter((call) => !call.startsWith('inotify'));
    expect(after('SQLite opens')).toContain('openat a.db-wal');
    expect(sqlite('the watcher opens')).toEqual(sqlite('SQLite opens'));
    expect(after('the watcher has opened')).toEqual([]);
    expect(sqlite('the watcher closes')).toEqual(sqlite('SQLite has opened'));
    const watched = after('the watcher opens').filter((call) => call.startsWith('inotify'));
    expect(watched).toEqual(
      backend === 'kernel'
        ? ['.', 'a.db', 'a.db-wal'].map((file) => `inotify_add_watch ${file}`)
        : [],
    );
  });
});
