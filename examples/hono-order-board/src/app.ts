import { readFileSync } from 'node:fs';
import { honkerApi, schemaValidator, streamEvents } from '@honker/hono';
import { Hono } from 'hono';
import { z } from 'zod';
import { placeOrder, readBoard, type Shop } from './shop.js';

const page = (name: string) => readFileSync(new URL(`../page/${name}`, import.meta.url), 'utf8');

const newOrder = z.object({
  customer: z.string().trim().min(1).max(100),
  item: z.string().trim().min(1).max(100),
});

/** The board: a page, the orders behind it, what changes, and honker's own API. */
export function createApp(shop: Shop) {
  return (
    new Hono()
      .get('/', (c) => c.html(page('index.html')))
      .get('/board.js', (c) => c.body(page('board.js'), 200, { 'Content-Type': 'text/javascript' }))
      .get('/board.css', (c) => c.body(page('board.css'), 200, { 'Content-Type': 'text/css' }))
      .get('/board', (c) => c.json(readBoard(shop)))
      .post('/orders', schemaValidator('json', newOrder, { maxBytes: 10_000 }), (c) => {
        const { customer, item } = c.req.valid('json');
        return c.json(placeOrder(shop, customer, item), 201);
      })
      .get('/changes', streamEvents(shop.changes, { retryMs: 200 }))
      // A board on your own machine. Anywhere else: authorize: (c) => …
      .route('/honker', honkerApi(shop.db, { authorize: 'public' }))
  );
}
