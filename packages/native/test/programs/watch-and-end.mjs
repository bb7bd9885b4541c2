/** Opens a watcher and reaches the end of the program. Arguments: database, ref | unref | close. */
import { extensionPath, watchCommits } from '@honker/native';
import Database from 'better-sqlite3';

const [path, mode] = process.argv.slice(2);
const db = new Database(path);
db.loadExtension(extensionPath());
const watcher = watchCommits(path, () => {
  process.send('woken');
  if (mode === 'ref') watcher.close();
});
if (mode === 'ref') watcher.ref();
if (mode === 'close') {
  watcher.ref();
  watcher.close();
  watcher.close();
}
process.send('open');
process.channel.unref();
