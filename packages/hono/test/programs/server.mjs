/** An application on whatever runtime this is; it prints its port, and ends at SIGTERM. */
import { writeSync } from 'node:fs';
import { open } from '@honker/core';
import { channel, enqueue, honkerApi, honkerMiddleware, streamEvents } from '@honker/hono';
import { Hono } from 'hono';

const db = open(process.argv[2]);
const orders = db.stream('orders');
const emails = db.queue('emails');

const app = new Hono()
  .use(honkerMiddleware(db))
  .post(
    '/emails',
    enqueue(emails, (c) => c.req.json(), { location: '/emails/:id' }),
  )
  .post('/orders', async (c) => {
    const offset = orders.publish(await c.req.json());
    c.var.honker.notify('news', offset);
    return c.json({ offset }, 201);
  })
  .get('/orders', streamEvents(orders, { from: 'start', heartbeatS: 1 }))
  .get('/news', streamEvents(channel(db, 'news')))
  .route('/honker', honkerApi(db, { authorize: 'public' }));

const hostname = '127.0.0.1';

/** Returns the port, and what ends the server. */
async function serve() {
  if ('Bun' in globalThis) {
    const server = globalThis.Bun.serve({ fetch: app.fetch, hostname, port: 0, idleTimeout: 0 });
    return [server.port, () => server.stop()];
  }
  if ('Deno' in globalThis) {
    const server = globalThis.Deno.serve({ hostname, port: 0, onListen() {} }, app.fetch);
    return [server.addr.port, () => server.shutdown()];
  }
  const { serve } = await import('@hono/node-server');
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname, port: 0 }, ({ port }) =>
      resolve([port, () => new Promise((closed) => server.close(closed))]),
    );
  });
}

const [port, stop] = await serve();
process.on('SIGTERM', async () => {
  // What streams ends with the database, and the server when nothing streams any more.
  db.close();
  await stop();
  writeSync(1, 'ended\n');
  process.exit(0);
});
writeSync(1, `${port}\n`);
