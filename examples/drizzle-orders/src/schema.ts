import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const products = sqliteTable('products', {
  name: text().primaryKey(),
  stock: integer().notNull(),
});

export const orders = sqliteTable('orders', {
  id: integer().primaryKey({ autoIncrement: true }),
  email: text().notNull(),
  product: text()
    .notNull()
    .references(() => products.name),
  quantity: integer().notNull(),
});

/** What the worker has done: one for each order, however often its job has run. */
export const confirmations = sqliteTable('confirmations', {
  orderId: integer('order_id')
    .primaryKey()
    .references(() => orders.id),
  text: text().notNull(),
});
