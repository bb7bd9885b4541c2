// Writes each event that it sees into the ledger, until it is stopped or killed. A consumer whose name
// begins with 'exactly-once' saves its offset in that same transaction; of another, honker saves it.
// Several processes may be one consumer at a time, as they are while a new version takes over from an old.
import { begin, me, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom, consumer] = process.argv;
const db = openDoomed(path, Number(doom));
const stream = db.stream('events');
const controller = new AbortController();
untilStopped(() => controller.abort());
process.send('ready');
const options = { saveEveryN: 7, signal: controller.signal };
for await (const { offset, payload } of stream.subscribe(consumer, options)) {
  const tx = begin(db);
  tx.execute('INSERT INTO ledger_seen VALUES (?, ?, ?, ?)', [consumer, me, offset, payload.key]);
  const isOthers =
    consumer.startsWith('exactly-once') && !stream.saveOffsetTx(tx, consumer, offset);
  if (isOthers) tx.rollback();
  else tx.commit();
  process.send('seen');
}
db.close();
