/** `report.js <folder>`: joins late. A new name begins at the first event, however old that is. */
import { openShop, orderStream } from './shop.js';
import { stopSignal } from './stop-signal.js';

const [folder = ''] = process.argv.slice(2);
const stopping = stopSignal();
const shop = openShop(folder);
const orders = orderStream(shop);
const until = orders.lastOffset();
let count = 0;
let cents = 0;

for await (const { offset, payload } of orders.subscribe('report', { signal: stopping })) {
  count++;
  cents += payload.cents;
  if (offset < until) continue;
  shop.transaction((tx) => {
    tx.execute('INSERT INTO reports (orders, cents) VALUES (?, ?)', [count, cents]);
    orders.saveOffsetTx(tx, 'report', offset);
  });
  break;
}
shop.close();
