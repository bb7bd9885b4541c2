/**
 * `audit.js <folder>`: the slow consumer. Writes each order into a file of its own, sealed by a hash over
 * the seal before it that takes its time, so that nobody rewrites the file in a hurry.
 *
 * Two files can't commit as one. So this consumer's offset is saved where its entries are: the audit file
 * has honker's tables, too, and in them how far the auditor has come in a stream of another file.
 */
import { scryptSync } from 'node:crypto';
import { openAudit, openShop, orderStream } from './shop.js';
import { stopSignal } from './stop-signal.js';

const [folder = ''] = process.argv.slice(2);
const stopping = stopSignal();
const shop = openShop(folder);
const audit = openAudit(folder);
const progress = orderStream(audit);
const after = progress.getOffset('audit');
const [last] = audit.query<{ seal: string }>('SELECT seal FROM entries ORDER BY id DESC LIMIT 1');
let seal = last?.seal ?? '';

// It has a name in the shop's file as well, so that the shop can tell how far behind the auditor is, and
// doesn't trim what it has yet to read. What counts is `after`.
for await (const event of orderStream(shop).subscribe('audit', { after, signal: stopping })) {
  const sealed = scryptSync(JSON.stringify(event.payload), seal, 16, { N: 512 }).toString('hex');
  audit.transaction((tx) => {
    tx.execute('INSERT INTO entries (order_id, seal) VALUES (?, ?)', [
      event.payload.orderId,
      sealed,
    ]);
    progress.saveOffsetTx(tx, 'audit', event.offset);
  });
  seal = sealed;
}
audit.close();
shop.close();
