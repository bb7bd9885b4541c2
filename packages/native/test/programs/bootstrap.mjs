/** Opens the database that is named; bootstraps it when told to, and says how that went. */
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';

const db = new Database(process.argv[2]);
db.loadExtension(extensionPath());
process.send('ready');
process.once('message', () => {
  try {
    process.send({ answer: db.prepare('SELECT honker_bootstrap()').pluck().get() });
  } catch (error) {
    process.send({ answer: String(error) });
  }
  db.close();
  process.disconnect();
});
