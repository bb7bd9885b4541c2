import { type Database, open, type Queue, type Transaction } from '@honker/core';

export interface Order {
  id: number;
  customer: string;
  postcode: string;
  /** Null until the carrier has taken it. */
  parcel: string | null;
}

export interface Shop {
  db: Database;
  /** Only the order's id is in a job: its row can be mended while the job waits, or is dead. */
  shipments: Queue<{ orderId: number }>;
}

export function openShop(path: string): Shop {
  const db = open(path);
  db.transaction((tx) =>
    tx.execute(`
      CREATE TABLE IF NOT EXISTS orders (
        id INTEGER PRIMARY KEY, customer TEXT NOT NULL, postcode TEXT NOT NULL, parcel TEXT
      )`),
  );
  return { db, shipments: db.queue<{ orderId: number }>('shipments', { maxAttempts: 5 }) };
}

export function placeOrder({ db, shipments }: Shop, customer: string, postcode: string): void {
  db.transaction((tx) => {
    const insert = 'INSERT INTO orders (customer, postcode) VALUES (?, ?) RETURNING id';
    const [order] = tx.query<{ id: number }>(insert, [customer, postcode]);
    if (order === undefined) throw new Error('the order was not inserted');
    shipments.enqueueTx(tx, { orderId: order.id });
  });
}

export function listOrders({ db }: Shop): Order[] {
  return db.query<Order>('SELECT * FROM orders ORDER BY id');
}

export function getOrder({ db }: Shop, id: number): Order {
  const [order] = db.query<Order>('SELECT * FROM orders WHERE id = ?', [id]);
  if (order === undefined) throw new Error(`there is no order ${id}`);
  return order;
}

export function changePostcode(tx: Transaction, id: number, postcode: string): void {
  tx.execute('UPDATE orders SET postcode = ? WHERE id = ?', [postcode, id]);
}

export function saveParcel({ db }: Shop, id: number, parcel: string): void {
  const update = 'UPDATE orders SET parcel = ? WHERE id = ?';
  db.transaction((tx) => tx.execute(update, [parcel, id]));
}
