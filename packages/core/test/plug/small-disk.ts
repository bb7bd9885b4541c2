import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from '../cleanup.js';
import { temporaryDirectory } from '../temporary-database.js';

/** A place for a database where there is soon no room left. */
export interface SmallDisk {
  /** Where the database is to be. */
  readonly path: string;
  /** From now on, no file grows much for this process and another one. */
  fill(pid: number): void;
  free(): void;
}

function run(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A file system of its own, with a file that takes all the room; undefined for who may not mount one. */
export function smallFileSystem(): SmallDisk | undefined {
  const directory = join(temporaryDirectory(), 'small');
  mkdirSync(directory);
  if (!run('mount', '-t', 'tmpfs', '-o', 'size=4m', 'honker-test', directory)) return undefined;
  atEnd(() => execFileSync('umount', [directory]));
  const filler = join(directory, 'filler');
  return {
    path: join(directory, 'app.db'),
    fill: () => writeUntilFull(filler),
    free: () => rmSync(filler),
  };
}

function writeUntilFull(path: string): void {
  const descriptor = openSync(path, 'w');
  try {
    for (let size = 65_536; size >= 1; ) {
      try {
        writeSync(descriptor, Buffer.alloc(size));
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Processes that may write no larger file; undefined where there is no prlimit, which is Linux's. */
export function smallFiles(): SmallDisk | undefined {
  if (!run('prlimit', '--version')) return undefined;
  const path = join(temporaryDirectory(), 'app.db');
  let limited: number[] = [];
  const limit = (bytes: number | string) => {
    for (const pid of limited) {
      execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
    }
  };
  const free = () => {
    limit('unlimited');
    limited = [];
  };
  atEnd(free);
  return {
    path,
    fill: (pid) => {
      limited = [process.pid, pid];
      limit(statSync(`${path}-wal`).size + 100_000);
    },
    free,
  };
}
