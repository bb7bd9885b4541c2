/**
 * Commits one by one, 5 to 15 ms apart, and sends at the end the moments after each, in ns: a message
 * in between would keep busy whoever is to be woken. Arguments: database, commits, synchronous.
 */
import Database from 'better-sqlite3';

const [path, commits, synchronous] = process.argv.slice(2);
const db = new Database(path, { timeout: 30_000 });
db.pragma(`synchronous = ${synchronous}`);
const insert = db.prepare('INSERT INTO t DEFAULT VALUES');
const moments = [];
for (let i = 0; i < Number(commits); i++) {
  await new Promise((resolve) => setTimeout(resolve, 5 + 10 * Math.random()));
  insert.run();
  moments.push(String(process.hrtime.bigint()));
}
process.send(moments);
process.disconnect();
