/** Opens a watcher, lets go of it, collects garbage, commits: prints that it was woken nevertheless. */
import { extensionPath, watchCommits } from '@honker/native';
import Database from 'better-sqlite3';

const db = new Database(process.argv[2]);
db.loadExtension(extensionPath());

function watch() {
  watchCommits(db.name, () => {
    console.log('woken');
    process.exit();
  }).ref();
}

watch();
// Finalizers run on later turns of the event loop.
for (let i = 0; i < 5; i++) {
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
}
db.exec('INSERT INTO t DEFAULT VALUES');
