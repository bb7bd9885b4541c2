/** Enqueues job after job, as fast as it can, on a connection as core opens one; then tells how large the -wal got. */
import { statSync } from 'node:fs';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';

const [, , path, jobs, setup] = process.argv;
const db = new Database(path);
db.loadExtension(extensionPath());
db.exec(setup);
const enqueue = db.prepare("SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)").pluck();
process.send('ready');
process.once('message', () => {
  let largest = 0;
  for (let i = 1; i <= Number(jobs); i++) {
    enqueue.get();
    if (i % 100 === 0) largest = Math.max(largest, statSync(`${path}-wal`).size);
  }
  process.send(largest);
  db.close();
  process.disconnect();
});
