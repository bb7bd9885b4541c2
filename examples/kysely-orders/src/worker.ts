/** A worker process: `worker.js [file]`. Run as many as you like. */
import { argv } from 'node:process';
import { onStop } from './on-stop.js';
import { confirmOrders } from './orders.js';
import { openShop } from './shop.js';

const [path = 'shop.db'] = argv.slice(2);
const shop = await openShop(path);
const worker = confirmOrders(shop);
worker.on('completed', (job) => console.log(`confirmed order ${job.payload.orderId}`));
worker.on('failed', (job, error) => console.error(`order ${job.payload.orderId}:`, error));

onStop(async () => {
  await worker.stop(); // lets running handlers finish
  await shop.close();
});
console.log('waiting for orders');
