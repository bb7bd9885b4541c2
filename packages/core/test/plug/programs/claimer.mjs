// Claims jobs by hand; what a job leads to and its ack commit together. Until it is stopped or killed.
import { begin, me, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom] = process.argv;
const db = openDoomed(path, Number(doom));
const controller = new AbortController();
untilStopped(() => controller.abort());
process.send('ready');
const queue = db.queue('work', { visibilityTimeoutS: 1 });
for await (const { id, attempts, workerId, payload } of queue.claim(`by hand ${me}`, controller)) {
  const tx = begin(db);
  const handled = [payload.key, id, attempts, workerId, 0];
  tx.execute('INSERT INTO ledger_handled VALUES (?, ?, ?, ?, ?)', handled);
  const [{ acked }] = tx.query('SELECT honker_ack(?, ?, ?) AS acked', [id, workerId, attempts]);
  if (acked === 1) tx.commit();
  else tx.rollback();
  process.send('handled');
}
db.close();
