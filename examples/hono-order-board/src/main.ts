/** npm start -- [database file] [port] [milliseconds to pack an order] */
import { serve } from '@hono/node-server';
import { createApp } from './app.js';
import { startPacker } from './packer.js';
import { openShop } from './shop.js';

const [path = 'orders.db', port = '3000', packMs = '1500'] = process.argv.slice(2);

const shop = openShop(path);
const packer = startPacker(shop, Number(packMs));
const server = serve({ fetch: createApp(shop).fetch, hostname: '127.0.0.1', port: Number(port) });
server.once('listening', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`http://127.0.0.1:${address?.port}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    server.close();
    await packer.stop({ timeoutMs: 3000 });
    // Ends what streams to browsers; they reconnect to the next process, and go on where they were.
    shop.db.close();
  });
}
