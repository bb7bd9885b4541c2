/**
 * Commits to a database each time it is told to; the message says how many times. Sends the moment
 * after the last, in ns. Arguments: database, synchronous, journal_mode.
 */
import Database from 'better-sqlite3';

const [path, synchronous = 'NORMAL', journalMode = 'WAL'] = process.argv.slice(2);
const db = new Database(path, { timeout: 30_000 });
db.pragma(`journal_mode = ${journalMode}`);
db.pragma(`synchronous = ${synchronous}`);
const insert = db.prepare('INSERT INTO t DEFAULT VALUES');
process.on('message', (times) => {
  for (let i = 0; i < Number(times); i++) insert.run();
  process.send(String(process.hrtime.bigint()));
});
process.send('ready');
