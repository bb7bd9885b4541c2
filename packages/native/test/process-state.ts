import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Only Linux tells a process about itself in /proc. */
export const hasProc = process.platform === 'linux';

/** The files under a directory that this process has open, deleted ones too. */
export function openFiles(directory: string, pid: number | 'self' = 'self'): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return target.startsWith(directory) ? [target] : [];
    } catch {
      return []; // the descriptor that the listing itself used
    }
  });
}

export function threadCount(): number {
  return readdirSync('/proc/self/task').length;
}

/** The SQLite databases and logs that this process has mapped: a -shm that nobody unmapped. */
export function mappedFiles(directory: string): string[] {
  const maps = readFileSync('/proc/self/maps', 'utf8');
  return maps.split('\n').filter((line) => line.includes(directory));
}
