import Database from 'better-sqlite3';
import { extensionPath, watchCommits } from '../../../dist/esm/index.js';

/**
 * Reads what was committed when it is woken, and only then; says so when that is new, with the moment
 * of the wake. Returns a function that ends it.
 */
export function watchTotal(path, options, onTotal) {
  const db = new Database(path, { timeout: 30_000 });
  db.loadExtension(extensionPath());
  const read = db.prepare('SELECT sum(n) FROM progress').pluck();
  let last = 0;
  const watcher = watchCommits(
    path,
    () => {
      const total = read.get();
      if (total === last) return;
      last = total;
      onTotal(total, process.hrtime.bigint());
    },
    options,
  );
  watcher.ref();
  return () => {
    watcher.close();
    db.close();
  };
}
