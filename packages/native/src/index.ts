/**
 * Where honker's SQLite extension is, and the wakes that its watcher sends to JavaScript.
 *
 * @module
 */
export { ExtensionNotFoundError, extensionPath } from './binary.js';
export { type CommitWatcher, type WatchOptions, watchCommits } from './commit-watcher.js';
