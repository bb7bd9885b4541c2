/** The API process: `node dist/server.js [orders.db] [port]`. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createApp } from './app.js';
import { closeDatabase, openDatabase } from './database.js';

const [path = 'orders.db', port = '3000'] = process.argv.slice(2);
const database = openDatabase(path);
const { fetch } = createApp(database);
const server = serve({ fetch, port: Number(port) }, (address: AddressInfo) => {
  console.log(`listening on http://localhost:${address.port}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => server.close(() => closeDatabase(database)));
}
