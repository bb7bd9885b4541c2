/** Opens the watcher of a database by the kernel and by default, and prints how each went. */
import Database from 'better-sqlite3';
import { extensionPath, watchCommits } from '../../../dist/esm/index.js';

const path = process.argv[2];
const db = new Database(path);
db.pragma('journal_mode = WAL');
db.loadExtension(extensionPath());
db.exec('CREATE TABLE IF NOT EXISTS t (x)');

let kernel = 'opened';
try {
  watchCommits(path, () => undefined, { backend: 'kernel' }).close();
} catch (error) {
  kernel = error.message;
}
watchCommits(path, (alive) => {
  console.log(JSON.stringify({ kernel, alive }));
  process.exit();
}).ref();
db.exec('INSERT INTO t VALUES (1)');
