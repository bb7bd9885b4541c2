/** Commits to the database that is named each time it is told to; the message says how many times. */
import Database from 'better-sqlite3';

const db = new Database(process.argv[2]);
const insert = db.prepare('INSERT INTO t DEFAULT VALUES');
process.on('message', (times) => {
  for (let i = 0; i < Number(times); i++) insert.run();
  process.send('committed');
});
process.send('ready');
