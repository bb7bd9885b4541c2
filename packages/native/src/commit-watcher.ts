import { createRequire } from 'node:module';
import { addonPath, extensionPath } from './binary.js';
import { packageDirectory } from './package-directory.cjs';

/** What honker.node exports; addon/addon.c says what each does. */
interface Addon {
  open(
    extensionPath: string,
    databasePath: string,
    backend: string,
    pollMs: number,
    callback: (alive: boolean, latencyMs: number) => void,
  ): object;
  close(watcher: object): void;
  ref(watcher: object): void;
  unref(watcher: object): void;
}

/** How commits are noticed. */
export interface WatchOptions {
  /**
   * `kernel`: the kernel tells of writes (Linux only). `polling`: SQLite is asked at an interval.
   * By default `kernel` on Linux, or `polling` where the limits of inotify don't leave room for one
   * more; `polling` elsewhere.
   */
  backend?: 'kernel' | 'polling';
  /**
   * `polling`: the interval at which SQLite is asked, 1 by default, and at least a thousandth of the time
   * since the last commit, up to 16: each look wakes a sleeping core. A longer one costs less and wakes
   * later, by half of it on average. `kernel`: the interval of the looks that nothing prompted, 150 by default. No
   * interval is longer than 400, so that a deleted file is reported within a second.
   */
  pollMs?: number;
}

/** Waits for commits to one database file, of any connection in any process. */
export interface CommitWatcher {
  /** Stops; the callback isn't called any more. Closing twice does nothing. */
  close(): void;
  /** Keeps the process alive while the watcher is open. */
  ref(): void;
  /** Lets the process end although the watcher is open, as it begins. */
  unref(): void;
}

/**
 * Calls `onNews(true)` after commits to a database file, in this process or another one, and
 * `onNews(false)` once when the file was deleted or replaced. Many commits collapse into one call; a
 * commit is always followed by a call that begins after it. `latencyMs` is how long the event loop took to
 * come to the call.
 *
 * The extension must have been loaded into a connection to that file, in this process.
 *
 * @throws {Error} with code `HONKER_WATCHER` when the file can't be watched, or not by `backend`.
 * @throws {RangeError} when `pollMs` isn't a whole number from 0 (the default) to 60000.
 *
 * @example
 * ```ts
 * const watcher = watchCommits('app.db', () => console.log('something was committed'));
 * watcher.close();
 * ```
 */
export function watchCommits(
  databasePath: string,
  onNews: (alive: boolean, latencyMs: number) => void,
  { backend, pollMs = 0 }: WatchOptions = {},
): CommitWatcher {
  if (!Number.isInteger(pollMs) || pollMs < 0 || pollMs > 60_000) {
    throw new RangeError(`pollMs must be a whole number from 0 to 60000, not ${pollMs}`);
  }
  const addon = createRequire(`${packageDirectory}/package.json`)(addonPath()) as Addon;
  const open = (name: string) => addon.open(extensionPath(), databasePath, name, pollMs, onNews);
  const handle = backend === undefined ? openBest(open) : open(backend);
  return {
    close: () => addon.close(handle),
    ref: () => addon.ref(handle),
    unref: () => addon.unref(handle),
  };
}

function openBest<T>(open: (backend: string) => T): T {
  if (process.platform === 'linux') {
    try {
      return open('kernel');
    } catch {
      // Polling works without inotify, and tells what else is wrong.
    }
  }
  return open('polling');
}
