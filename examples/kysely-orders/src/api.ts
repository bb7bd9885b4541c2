import { Hono } from 'hono';
import { validator } from 'hono/validator';
import { type NewOrder, placeOrder } from './orders.js';
import type { Shop } from './shop.js';

export function orderApi(shop: Shop): Hono {
  const api = new Hono();

  api.put('/products/:name', async (c) => {
    const { stock } = await c.req.json<{ stock: number }>();
    await shop.db
      .insertInto('products')
      .values({ name: c.req.param('name'), stock })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ stock }))
      .execute();
    return c.body(null, 204);
  });

  api.post('/orders', validator('json', toOrder), async (c) => {
    const id = await placeOrder(shop, c.req.valid('json'));
    return id === null ? c.json({ error: 'out of stock' }, 409) : c.json({ id }, 201);
  });

  api.get('/orders/:id', async (c) => {
    const order = await shop.db
      .selectFrom('orders')
      .leftJoin('confirmations', 'order_id', 'id')
      .select(['id', 'product', 'quantity', 'text as confirmation'])
      .where('id', '=', Number(c.req.param('id')))
      .executeTakeFirst();
    return order === undefined ? c.json({ error: 'no such order' }, 404) : c.json(order);
  });

  return api;
}

function toOrder(value: unknown): NewOrder | Response {
  const { email, product, quantity } = value as Partial<NewOrder>;
  if (typeof email === 'string' && typeof product === 'string' && Number.isInteger(quantity)) {
    if (Number(quantity) > 0) return { email, product, quantity: Number(quantity) };
  }
  return Response.json({ error: 'an order is { email, product, quantity }' }, { status: 400 });
}
