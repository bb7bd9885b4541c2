/** `totals.js <folder>`: the fast consumer. Keeps the turnover of each item, in the shop's own file. */
import { openShop, orderStream } from './shop.js';
import { stopSignal } from './stop-signal.js';

const ADD = `
  INSERT INTO totals (item, orders, cents) VALUES (?, 1, ?)
  ON CONFLICT (item) DO UPDATE SET orders = orders + 1, cents = cents + excluded.cents`;

const [folder = ''] = process.argv.slice(2);
const stopping = stopSignal();
const shop = openShop(folder);
const orders = orderStream(shop);

for await (const { offset, payload } of orders.subscribe('totals', { signal: stopping })) {
  shop.transaction((tx) => {
    tx.execute(ADD, [payload.item, payload.cents]);
    orders.saveOffsetTx(tx, 'totals', offset);
  });
}
shop.close();
