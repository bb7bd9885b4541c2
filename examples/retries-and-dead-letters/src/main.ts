/** `main.js [file]`: places four orders and gets them all sent. Without a file, in a temporary one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Carrier } from './carrier.js';
import { mendDeadLetters } from './dead-letters.js';
import { Report } from './report.js';
import { shipOrders } from './shipping.js';
import { listOrders, openShop, placeOrder } from './shop.js';

const ORDERS: [customer: string, postcode: string][] = [
  ['Alice', '10115'],
  ['Bob', '20095'],
  ['Carol', '8O331'], // a letter O
  ['Dave', '50667'],
];

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopping.abort());

const folder = mkdtempSync(join(tmpdir(), 'retries-and-dead-letters-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const shop = openShop(process.argv[2] ?? join(folder, 'shop.db'));
const carrier = new Carrier();
const worker = shipOrders(shop, await carrier.listen());
const report = new Report(worker);

for (const order of ORDERS) placeOrder(shop, ...order);
await untilHandled();
if (!stopping.signal.aborted) {
  mendDeadLetters(shop, '80331', report);
  await untilHandled();
}
await worker.stop(); // running attempts come to their end; what waits, waits in the file
carrier.close();

report.print(shop);
const orders = listOrders(shop);
const sent = orders.filter(({ parcel }) => parcel !== null).length;
const parcels = carrier.parcels.size;
console.log(`${sent} of ${orders.length} orders sent, in ${parcels} parcels`);
if (stopping.signal.aborted) process.exitCode = 130;
else if (sent < orders.length || parcels > orders.length) process.exitCode = 1;
shop.db.close();

/** Waits, from commit to commit, until each job is done or dead. */
async function untilHandled(): Promise<void> {
  for await (const _ of shop.db.updateEvents({ signal: stopping.signal })) {
    const { ready, scheduled, processing } = shop.shipments.stats();
    if (ready + scheduled + processing === 0) return;
  }
}
