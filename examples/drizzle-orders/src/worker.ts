/** The worker process: `node dist/worker.js [orders.db]`. Start as many as you like. */
import { eq } from 'drizzle-orm';
import { closeDatabase, confirmationQueue, openDatabase } from './database.js';
import { confirmations, orders } from './schema.js';

const [path = 'orders.db'] = process.argv.slice(2);
const database = openDatabase(path);
const { db, honker } = database;

const worker = confirmationQueue(honker).work((job) => {
  const { orderId, email } = job.payload;
  // The confirmation and the end of the job are one commit: it is there once, whoever is killed and when.
  db.transaction((tx) => {
    const order = tx.select().from(orders).where(eq(orders.id, orderId)).get();
    if (order === undefined) throw new Error(`there is no order ${orderId}`);
    const text = `To ${email}: your ${order.quantity} × ${order.product} will be sent.`;
    tx.insert(confirmations).values({ orderId, text }).run();
    job.ack(tx);
  });
  console.log(`confirmed order ${orderId}`);
});
worker.on('failed', (job, error) => console.error(`order ${job.payload.orderId}:`, error));
console.log('waiting for orders');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await worker.stop();
    closeDatabase(database);
  });
}
