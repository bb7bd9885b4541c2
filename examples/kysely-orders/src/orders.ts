import type { Shop } from './shop.js';

export interface NewOrder {
  email: string;
  product: string;
  quantity: number;
}

/** The order, the stock, and the job that confirms it: all of them, or none. Null where there isn't enough. */
export async function placeOrder(shop: Shop, order: NewOrder): Promise<number | null> {
  const { email, product, quantity } = order;
  return await shop.db.transaction().execute(async (trx) => {
    // A write comes first: Kysely begins transactions that take the lock when they first write.
    const { numUpdatedRows } = await trx
      .updateTable('products')
      .set((eb) => ({ stock: eb('stock', '-', quantity) }))
      .where('name', '=', product)
      .where('stock', '>=', quantity)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return null;
    const { id } = await trx
      .insertInto('orders')
      .values({ email, product, quantity })
      .returning('id')
      .executeTakeFirstOrThrow();
    await shop.confirmations.enqueue(trx, { orderId: id, email });
    return id;
  });
}

/** Confirms an order, and finishes the job that asked for it, in one transaction. */
export function confirmOrders(shop: Shop) {
  return shop.confirmations.work(
    async (job) => {
      const { orderId, email } = job.payload;
      await shop.db.transaction().execute(async (trx) => {
        const text = `Dear ${email}, thank you for your order ${orderId}.`;
        await trx.insertInto('confirmations').values({ order_id: orderId, text }).execute();
        await job.ack(trx);
      });
    },
    { concurrency: 4 },
  );
}
