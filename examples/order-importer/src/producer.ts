/**
 * The producer process: `producer.js <folder> <orders.csv> <measured>`. Imports the orders, each with
 * its confirmation job in one transaction; the last `measured` ones one at a time, each into an empty
 * queue, to measure how fast a worker wakes.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { open } from '@honker/core';
import { nowUs } from './clock.js';
import { confirmationQueue, ordersPath } from './databases.js';
import type { ProducerMessage } from './messages.js';
import { type Order, readOrders } from './orders-csv.js';
import { Parent } from './parent.js';

const INSERT_ORDER = `
  INSERT INTO orders (id, ordered_at, customer, email, item, quantity, price_cents)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const TELL_EVERY = 50;
const LOOK_EVERY_MS = 5;

const [folder = '', file = '', measured = ''] = process.argv.slice(2);
const parent = new Parent<ProducerMessage>();
const db = open(ordersPath(folder));
const confirmations = confirmationQueue(db);
const orders = readOrders(file);
const backlog = orders.slice(0, orders.length - Number(measured));
let imported = 0;

await importOrders();
db.close();
parent.leave();

async function importOrders(): Promise<void> {
  for (const order of backlog) {
    place(order, false);
    await setImmediate(); // lets a stop through
    if (parent.stopped.aborted) return;
  }
  if (!(await drained())) return;
  parent.tell({ type: 'caught-up' });
  for (const order of orders.slice(backlog.length)) {
    // At any point of whatever rhythm the workers have.
    await setTimeout(5 + Math.random() * 15);
    place(order, true);
    if (!(await drained())) return;
  }
  parent.tell({ type: 'done' });
}

/** The order and its confirmation, both or neither. */
function place(order: Order, isMeasured: boolean): void {
  const { id, orderedAt, customer, email, item, quantity, priceCents } = order;
  const text = `Dear ${customer}, thank you for your order ${id}: ${quantity} × ${item}.`;
  db.transaction((tx) => {
    tx.execute(INSERT_ORDER, [id, orderedAt, customer, email, item, quantity, priceCents]);
    const sentAtUs = isMeasured ? nowUs() : null;
    confirmations.enqueueTx(tx, { orderId: id, to: email, text, sentAtUs });
  });
  imported++;
  if (imported % TELL_EVERY === 0 || imported >= backlog.length) {
    parent.tell({ type: 'imported', count: imported });
  }
}

/** Waits until no job is left. False if the process is to stop before. */
async function drained(): Promise<boolean> {
  while (!parent.stopped.aborted) {
    const { ready, scheduled, processing } = confirmations.stats();
    if (ready + scheduled + processing === 0) return true;
    await setTimeout(LOOK_EVERY_MS);
  }
  return false;
}
