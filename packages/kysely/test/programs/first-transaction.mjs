/** Enqueues by db while the first transaction of the process is open, in a context that is older than it. */
import { argv } from 'node:process';
import { honkerKysely } from '@honker/kysely';
import BetterSqlite3 from 'better-sqlite3';

const [version, path] = argv.slice(2);
const { Kysely, SqliteDialect } = await import(version === '0.29' ? 'kysely-029' : 'kysely');

const database = new BetterSqlite3(path);
const db = new Kysely({ dialect: new SqliteDialect({ database }) });
const honker = await honkerKysely(db, database);

let open;
const opened = new Promise((resolve) => {
  open = resolve;
});
const transaction = db.transaction().execute(async (trx) => {
  await trx.insertInto('orders').values({ item: 'book' }).execute();
  open();
  await new Promise((resolve) => setImmediate(resolve));
});
await opened;
await honker.queue('q').enqueue(db, 1);
await transaction;
process.send('enqueued');

await honker.close();
await db.destroy();
process.disconnect();
