/** The API process: `server.js [file] [port]`. */
import { argv } from 'node:process';
import { serve } from '@hono/node-server';
import { orderApi } from './api.js';
import { onStop } from './on-stop.js';
import { openShop } from './shop.js';

const [path = 'shop.db', port = '3000'] = argv.slice(2);
const shop = await openShop(path);
const server = serve({ fetch: orderApi(shop).fetch, port: Number(port) }, (address) => {
  console.log(`listening on port ${address.port}`);
});

onStop(async () => {
  await new Promise((resolve) => server.close(resolve));
  await shop.close();
});
