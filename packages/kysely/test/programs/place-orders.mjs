/** Places an order, which is a row and a job; with a third argument, one after the other, half of them rolled back. */
import { argv } from 'node:process';
import { honkerKysely } from '@honker/kysely';
import BetterSqlite3 from 'better-sqlite3';

const [version, path, forEver] = argv.slice(2);
const { Kysely, SqliteDialect } = await import(version === '0.29' ? 'kysely-029' : 'kysely');

const database = new BetterSqlite3(path);
const db = new Kysely({ dialect: new SqliteDialect({ database }) });
const honker = await honkerKysely(db, database);
const queue = honker.queue('orders');
const worker = honker.queue('nothing').work(() => {});

for (let n = 0; n === 0 || forEver; n++) {
  const item = `${process.pid}-${n}`;
  const placing = db.transaction().execute(async (trx) => {
    await trx.insertInto('orders').values({ item }).execute();
    await queue.enqueue(trx, item);
    if (n % 2 === 1) throw new Error('rolled back');
  });
  await placing.then(
    () => process.send('placed'),
    () => {},
  );
  await new Promise((resolve) => setImmediate(resolve));
}

await worker.stop();
await honker.close();
await db.destroy();
process.disconnect();
