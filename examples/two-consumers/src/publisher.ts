/** `publisher.js <folder> <count>`: takes so many orders, and refuses each tenth when it is half done. */
import { setImmediate } from 'node:timers/promises';
import { openShop, orderStream } from './shop.js';
import { stopSignal } from './stop-signal.js';

const ITEMS = [
  { item: 'Teapot', cents: 3450 },
  { item: 'Notebook', cents: 450 },
  { item: 'Desk lamp', cents: 7800 },
];

type Item = (typeof ITEMS)[number];

class PaymentRefused extends Error {}

const [folder = '', count = ''] = process.argv.slice(2);
const stopping = stopSignal();
const shop = openShop(folder);
const orders = orderStream(shop);

/** The order and the news of it: both, or neither. */
function placeOrder({ item, cents }: Item, isPaid: boolean): void {
  shop.transaction((tx) => {
    const { lastInsertRowid } = tx.execute('INSERT INTO orders (item, cents) VALUES (?, ?)', [
      item,
      cents,
    ]);
    orders.publishTx(tx, { orderId: Number(lastInsertRowid), item, cents });
    if (!isPaid) throw new PaymentRefused();
  });
}

for (let n = 1; n <= Number(count) && !stopping.aborted; n++) {
  try {
    placeOrder(ITEMS[n % ITEMS.length] as Item, n % 10 !== 0);
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw error;
  }
  await setImmediate(); // lets a signal through
}
shop.close();
