// Writes each event that it sees into the ledger, until it is stopped or killed. A consumer whose name
// begins with 'exactly-once' saves its offset in that same transaction; of another, honker saves it.
import { me, openDoomed, untilStopped } from './plug.mjs';

const [, , path, doom, consumer] = process.argv;
const db = openDoomed(path, Number(doom));
const stream = db.stream('events');
const controller = new AbortController();
untilStopped(() => controller.abort());
process.send('ready');
const options = { saveEveryN: 7, signal: controller.signal };
for await (const { offset, payload } of stream.subscribe(consumer, options)) {
  db.transaction((tx) => {
    const seen = [consumer, me, offset, payload.key];
    tx.execute('INSERT INTO ledger_seen VALUES (?, ?, ?, ?)', seen);
    if (consumer.startsWith('exactly-once')) stream.saveOffsetTx(tx, consumer, offset);
  });
  process.send('seen');
}
db.close();
