import { type Database, open, type Queue, type Stream } from '@honker/core';

/** An order, as the board shows it. */
export interface Order {
  id: number;
  customer: string;
  item: string;
  state: 'placed' | 'packed';
}

/** The payload of a job that packs an order. */
export interface Packing {
  orderId: number;
}

/** What changed. */
export type Change =
  | { type: 'placed'; order: Order; jobId: number }
  | { type: 'packed'; orderId: number }
  | { type: 'failed'; orderId: number; jobId: number; error: string };

/** The database: orders, the queue that packs them, and the stream that tells what changed. */
export interface Shop {
  readonly db: Database;
  readonly packing: Queue<Packing>;
  readonly changes: Stream<Change>;
}

/** Opens the database, and makes its table where it is missing. */
export function openShop(path: string): Shop {
  const db = open(path);
  db.transaction((tx) =>
    tx.execute(
      'CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, item TEXT NOT NULL,' +
        " state TEXT NOT NULL DEFAULT 'placed', failures INTEGER NOT NULL DEFAULT 0)",
    ),
  );
  return {
    db,
    packing: db.queue<Packing>('packing', { maxAttempts: 1 }),
    changes: db.stream<Change>('changes'),
  };
}

/** The order, the job that packs it, and the news of it: one commit, or none. */
export function placeOrder({ db, packing, changes }: Shop, customer: string, item: string): Order {
  return db.transaction((tx) => {
    const { lastInsertRowid } = tx.execute('INSERT INTO orders (customer, item) VALUES (?, ?)', [
      customer,
      item,
    ]);
    const order: Order = { id: Number(lastInsertRowid), customer, item, state: 'placed' };
    const jobId = packing.enqueueTx(tx, { orderId: order.id });
    changes.publishTx(tx, { type: 'placed', order, jobId });
    return order;
  });
}

/** What a page shows before any change reaches it. */
export function readBoard({ db, packing, changes }: Shop) {
  // The offset first: what changes while the rest is read reaches the page once more, and changes nothing there.
  const offset = changes.lastOffset();
  const orders = db.query<Order & Record<string, unknown>>(
    'SELECT id, customer, item, state FROM orders ORDER BY id DESC LIMIT 50',
  );
  const jobs = [...packing.jobs({ state: 'processing' }), ...packing.jobs({ state: 'pending' })];
  return { offset, orders, jobs, dead: packing.dead.list() };
}
