import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Numbers that statfs(2) gives for the file systems that a benchmark is likely to meet. */
const FILE_SYSTEMS: Record<number, string> = {
  61267: 'ext4',
  16914836: 'tmpfs',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  2035054128: 'overlayfs',
  801189825: 'zfs',
};

/** A temporary folder on a disk, and the processes that work in it. Both end with this process. */
export class Workspace {
  readonly directory: string;
  readonly fileSystem: string;
  readonly #children = new Set<ChildProcess>();
  readonly #stops: (() => void)[] = [];
  #files = 0;

  constructor() {
    const parent = diskDirectory();
    this.directory = mkdtempSync(join(parent, 'honker-bench-'));
    this.fileSystem = fileSystemOf(parent);
    process.on('exit', () => this.#remove());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => process.exit(1));
    }
  }

  /** A path that was not used before. */
  newFile(): string {
    this.#files++;
    return join(this.directory, `${this.#files}.db`);
  }

  /** Frees the space of a database that was closed. */
  removeFile(path: string): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  }

  adopt(child: ChildProcess): void {
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
  }

  /** Runs `stop`, which can't wait for a promise, when this process ends, before the folder is removed. */
  onExit(stop: () => void): void {
    this.#stops.push(stop);
  }

  #remove(): void {
    for (const stop of this.#stops) stop();
    for (const child of this.#children) child.kill('SIGKILL');
    // A child that is being killed may still make a file while the folder is emptied.
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
}

/** What is written to a tmpfs never waits for a disk, so /var/tmp is preferred to it. */
function diskDirectory(): string {
  const candidates = [tmpdir(), '/var/tmp'].filter((path) => existsSync(path));
  return candidates.find((path) => fileSystemOf(path) !== 'tmpfs') ?? tmpdir();
}

function fileSystemOf(path: string): string {
  const { type } = statfsSync(path);
  return FILE_SYSTEMS[type] ?? `file system 0x${type.toString(16)}`;
}
