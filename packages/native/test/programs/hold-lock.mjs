/** Holds the write lock of the database that is named, until told to let go. Says when it has it. */
import Database from 'better-sqlite3';

const db = new Database(process.argv[2]);
db.exec('BEGIN IMMEDIATE');
process.once('message', () => {
  db.exec('COMMIT');
  db.close();
  process.disconnect();
});
process.send('locked');
