import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** What the shop sells, and how much of it there is. */
export const items = sqliteTable('items', {
  name: text().primaryKey(),
  stock: integer().notNull(),
});

export const orders = sqliteTable('orders', {
  id: integer().primaryKey(),
  item: text().notNull(),
  quantity: integer().notNull(),
  email: text().notNull(),
});

/** The mails that were sent. A real shop has a mail server for this. */
export const mails = sqliteTable('mails', {
  id: integer().primaryKey(),
  orderId: integer('order_id').notNull(),
  to: text().notNull(),
});

/** One a night. */
export const reports = sqliteTable('reports', {
  id: integer().primaryKey(),
  orders: integer().notNull(),
  pieces: integer().notNull(),
});

/** A real shop has migrations. */
export const CREATE_TABLES = `
  CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, stock INTEGER NOT NULL CHECK (stock >= 0));
  CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, item TEXT NOT NULL, quantity INTEGER NOT NULL, email TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, "to" TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS reports (id INTEGER PRIMARY KEY, orders INTEGER NOT NULL, pieces INTEGER NOT NULL);
  INSERT OR IGNORE INTO items (name, stock) VALUES ('book', 1000), ('lamp', 1);
`;
