/** Waits for "go", then asks for each of 1000 names once; sends how many it got. Arguments: path, SQL. */
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';

const [path, sql] = process.argv.slice(2);
const db = new Database(path);
db.loadExtension(extensionPath());
db.prepare('SELECT honker_busy_timeout(10000)').get();
const ask = db.prepare(sql).pluck();

process.once('message', () => {
  let got = 0;
  for (let i = 0; i < 1000; i++) got += ask.get({ name: `name-${i}`, owner: String(process.pid) });
  db.close();
  process.send(got);
  process.disconnect();
});
process.send('ready');
