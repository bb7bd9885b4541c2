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
    callback: (alive: boolean) => void,
  ): object;
  close(watcher: object): void;
  ref(watcher: object): void;
  unref(watcher: object): void;
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
 * commit is always followed by a call that begins after it.
 *
 * The extension must have been loaded into a connection to that file, in this process.
 *
 * @throws {Error} with code `HONKER_WATCHER` when the file can't be watched.
 *
 * @example
 * ```ts
 * const watcher = watchCommits('app.db', () => console.log('something was committed'));
 * watcher.close();
 * ```
 */
export function watchCommits(
  databasePath: string,
  onNews: (alive: boolean) => void,
): CommitWatcher {
  const addon = createRequire(`${packageDirectory}/package.json`)(addonPath()) as Addon;
  const handle = addon.open(extensionPath(), databasePath, '', 0, onNews);
  return {
    close: () => addon.close(handle),
    ref: () => addon.ref(handle),
    unref: () => addon.unref(handle),
  };
}
