import { join } from 'node:path';
import { type Database, open, type Stream } from '@honker/core';

/** What a placed order tells whoever is interested. */
export interface OrderPlaced {
  orderId: number;
  item: string;
  cents: number;
}

export function orderStream(db: Database): Stream<OrderPlaced> {
  return db.stream<OrderPlaced>('orders');
}

/** The shop's file: its orders, the stream of them, and the totals. */
export function openShop(folder: string): Database {
  return open(join(folder, 'shop.db'));
}

/** The auditor's file. */
export function openAudit(folder: string): Database {
  return open(join(folder, 'audit.db'));
}

/** Makes the tables, so that no process has to wait for another one to do it. */
export function createTables(shop: Database, audit: Database): void {
  shop.transaction((tx) => {
    tx.execute('CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT NOT NULL, cents INTEGER)');
    tx.execute('CREATE TABLE totals (item TEXT PRIMARY KEY, orders INTEGER, cents INTEGER)');
    tx.execute('CREATE TABLE reports (orders INTEGER, cents INTEGER)');
  });
  // No UNIQUE on order_id: it would hide what is written twice.
  audit.transaction((tx) => {
    tx.execute('CREATE TABLE entries (id INTEGER PRIMARY KEY, order_id INTEGER, seal TEXT)');
  });
}
