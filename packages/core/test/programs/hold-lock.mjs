// Holds the write lock of a file until it is told to let go.
import BetterSqlite3 from 'better-sqlite3';

const raw = new BetterSqlite3(process.argv[2]);
raw.exec('BEGIN IMMEDIATE');
process.once('message', () => {
  raw.exec('ROLLBACK');
  raw.close();
  process.disconnect();
});
process.send('locked');
