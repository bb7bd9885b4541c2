/** Opens databases in the directory that is named, forgets them, and prints how many files stay open. */
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';

const directory = process.argv[2];

function use(name) {
  const db = new Database(join(directory, name));
  db.loadExtension(extensionPath());
  db.exec('SELECT honker_bootstrap()');
  db.prepare("SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)").get();
}

for (let i = 0; i < 20; i++) use(`${i}.db`);
// Finalizers run on later turns of the event loop.
for (let i = 0; i < 10; i++) {
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
}
const open = readdirSync('/proc/self/fd').filter((fd) => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
  } catch {
    return false;
  }
});
console.log(open.length);
