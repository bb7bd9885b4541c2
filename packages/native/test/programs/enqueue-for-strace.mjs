/** Enqueues so many jobs on a connection as core opens one, and prints the thread that did. */
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';

const [, , path, jobs] = process.argv;
const db = new Database(path);
db.loadExtension(extensionPath());
db.exec('SELECT honker_wal_autocheckpoint(20); PRAGMA synchronous = NORMAL');
const enqueue = db.prepare("SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)");
for (let i = 0; i < Number(jobs); i++) enqueue.get();
process.stdout.write(String(process.pid), () => process.kill(process.pid, 'SIGKILL')); // a close flushes, too
