/** Claims and acks until the queue is empty, when told to; sends the ids. Arguments: database, worker. */
import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';

const [path, worker] = process.argv.slice(2);
const db = new Database(path);
db.loadExtension(extensionPath());
db.exec('SELECT honker_busy_timeout(30000)');
const claim = db.prepare("SELECT honker_claim_batch('q', ?, 7, 600)").pluck();
const ack = db.prepare('SELECT honker_ack_batch(?, ?)').pluck();

process.once('message', () => {
  const claimed = [];
  let lost = 0;
  for (;;) {
    const ids = JSON.parse(claim.get(worker)).map((job) => job.id);
    if (ids.length === 0) break;
    claimed.push(...ids);
    lost += ids.length - ack.get(JSON.stringify(ids), worker);
  }
  process.send({ claimed, lost });
  db.close();
  process.disconnect();
});
process.send('ready');
