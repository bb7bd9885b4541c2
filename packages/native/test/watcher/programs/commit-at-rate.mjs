/** Commits at a rate: arguments database, commits a second, seconds; sends how many it made. */
import Database from 'better-sqlite3';

const [path, rate, seconds] = process.argv.slice(2);
const db = new Database(path, { timeout: 30_000 });
db.pragma('synchronous = NORMAL');
const insert = db.prepare('INSERT INTO t DEFAULT VALUES');
const started = process.hrtime.bigint();
const elapsedS = () => Number(process.hrtime.bigint() - started) / 1e9;
let commits = 0;
while (elapsedS() < Number(seconds)) {
  if (commits < elapsedS() * Number(rate)) {
    insert.run();
    commits++;
  }
}
process.send(commits);
process.disconnect();
