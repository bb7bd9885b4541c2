import { and, eq, gte, sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { z } from 'zod';
import { confirmationQueue, type Database } from './database.js';
import { confirmations, orders, products } from './schema.js';

const NewOrder = z.object({
  email: z.email(),
  product: z.string(),
  quantity: z.number().int().positive(),
});

class OutOfStock extends Error {}

/** The order API. */
export function createApp({ db, honker }: Database): Hono {
  const queue = confirmationQueue(honker);
  const app = new Hono();

  app.put('/products/:name', async (c) => {
    const { stock } = z.object({ stock: z.number().int() }).parse(await c.req.json());
    const product = { name: c.req.param('name'), stock };
    db.insert(products)
      .values(product)
      .onConflictDoUpdate({ target: products.name, set: { stock } })
      .run();
    return c.json(product);
  });

  app.post('/orders', async (c) => {
    const parsed = NewOrder.safeParse(await c.req.json());
    if (!parsed.success) return c.json({ error: z.prettifyError(parsed.error) }, 400);
    try {
      return c.json({ id: place(parsed.data) }, 201);
    } catch (error) {
      if (error instanceof OutOfStock) return c.json({ error: 'out of stock' }, 409);
      throw error;
    }
  });

  /** The order, its confirmation job and the stock: all of it, or nothing. */
  function place(order: z.infer<typeof NewOrder>): number {
    return db.transaction((tx) => {
      const { id } = tx.insert(orders).values(order).returning({ id: orders.id }).get();
      queue.enqueue(tx, { orderId: id, email: order.email });
      const taken = tx
        .update(products)
        .set({ stock: sql`${products.stock} - ${order.quantity}` })
        .where(and(eq(products.name, order.product), gte(products.stock, order.quantity)))
        .run();
      if (taken.changes === 0) throw new OutOfStock(); // rolls the order and the job back
      return id;
    });
  }

  app.get('/orders/:id', (c) => {
    const order = db
      .select({ id: orders.id, product: orders.product, confirmation: confirmations.text })
      .from(orders)
      .leftJoin(confirmations, eq(confirmations.orderId, orders.id))
      .where(eq(orders.id, Number(c.req.param('id'))))
      .get();
    return order ? c.json(order) : c.json({ error: 'no such order' }, 404);
  });

  app.get('/queue', (c) => c.json(queue.stats()));

  return app;
}
