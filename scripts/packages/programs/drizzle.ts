import assert from 'node:assert/strict';
import { once } from 'node:events';
import { honkerDrizzle, honkerTables } from '@honker/drizzle';
import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import { connect, type Driver, load } from './connect.js';

type Drizzle = typeof import('drizzle-orm/better-sqlite3');

const modules = {
  'better-sqlite3': 'drizzle-orm/better-sqlite3',
  'node:sqlite': 'drizzle-orm/node-sqlite',
  'bun:sqlite': 'drizzle-orm/bun-sqlite',
};
const orders = sqliteTable('orders', { id: integer().primaryKey() });

export async function run(driver: Driver): Promise<void> {
  const { drizzle } = await load<Drizzle>(modules[driver]);
  const client = await connect(driver, 'drizzle.db');
  client.exec('PRAGMA journal_mode = WAL; CREATE TABLE orders (id INTEGER PRIMARY KEY)');
  const db = drizzle({ client: client as never });
  const honker = honkerDrizzle(db);
  const emails = honker.queue<{ order: number }>('emails');

  const id = db.transaction((tx) => {
    tx.insert(orders).values({ id: 42 }).run();
    return emails.enqueue(tx, { order: 42 });
  });
  const failing = () =>
    db.transaction((tx) => {
      emails.enqueue(tx, { order: 43 });
      throw new Error('rolled back');
    });
  assert.throws(failing, /rolled back/);
  const live = db.select().from(honkerTables.live).all();
  assert.deepEqual([live.length, live[0]?.id], [1, id]);

  const handled: number[] = [];
  const worker = emails.work((job) => void handled.push(job.payload.order));
  await once(worker, 'completed');
  assert.deepEqual(handled, [42]);
  await worker.stop();
  honker.close();
  client.close();
}

export function types({ drizzle }: Drizzle): void {
  const db = drizzle('app.db');
  const queue = honkerDrizzle(db).queue<{ order: number }>('emails');
  const id: number = db.transaction((tx) => queue.enqueue(tx, { order: 1 }));
  const state: 'pending' | 'processing' | undefined = db
    .select()
    .from(honkerTables.live)
    .get()?.state;
  void [id, state];
  // @ts-expect-error the payload has a type
  queue.enqueue(db, { order: 'one' });
  // @ts-expect-error the database, or a transaction, comes first
  queue.enqueue({ order: 1 });
}
