/** Enqueues under the fair busy handler; says when it begins, and what came of it. */
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';

const db = new Database(process.argv[2]);
db.loadExtension(extensionPath());
db.exec('SELECT honker_busy_timeout(30000)');
const enqueue = db.prepare("SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)").pluck();
process.send('begins', () => {
  let answer;
  try {
    answer = enqueue.get();
  } catch (error) {
    answer = error.code;
  }
  process.send({ answer });
  db.close();
  process.disconnect();
});
