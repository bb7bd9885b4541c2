/** Checked by `npm run typecheck`: what the compiler must infer, and what it must refuse. */
import type { AsyncWorker, StandardSchema } from '@honker/core';
import {
  type HonkerTables,
  honkerKysely,
  type KyselyHandle,
  type KyselyJob,
  type KyselyQueue,
  type KyselyStream,
} from '@honker/kysely';
import BetterSqlite3 from 'better-sqlite3';
import { type Generated, Kysely, type Selectable, SqliteDialect, type Transaction } from 'kysely';
import { Kysely as Kysely029, SqliteDialect as SqliteDialect029 } from 'kysely-029';
import { expectTypeOf } from 'vitest';

interface Tables {
  orders: { id: Generated<number>; item: string };
}
interface Email {
  to: string;
  copies?: number;
}

const database = new BetterSqlite3('app.db');
const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
const newer = new Kysely029<Tables & HonkerTables>({ dialect: new SqliteDialect029({ database }) });

const honker = await honkerKysely(db, database, { notifications: { maxKeep: 10 } });
await honkerKysely(newer, database);
// @ts-expect-error the driver's own object is needed, too
await honkerKysely(db);
// @ts-expect-error in the other order
await honkerKysely(database, db);

const emails = honker.queue<Email>('emails', { maxAttempts: 5 });
expectTypeOf(emails).toEqualTypeOf<KyselyQueue<Email>>();

await db.transaction().execute(async (trx) => {
  expectTypeOf(trx).toExtend<KyselyHandle>();
  expectTypeOf(await emails.enqueue(trx, { to: 'a' }, { delay: 5 })).toEqualTypeOf<number>();
  expectTypeOf(await emails.enqueueMany(trx, [{ to: 'a' }])).toEqualTypeOf<number[]>();
  expectTypeOf(await emails.cancel(trx, 1)).toEqualTypeOf<boolean>();
  expectTypeOf(await emails.dead.requeue(trx, 1)).toEqualTypeOf<number | null>();
  expectTypeOf(await emails.dead.requeue(1)).toEqualTypeOf<number | null>();
  // @ts-expect-error the payload has a type
  await emails.enqueue(trx, { to: 5 });
});
await newer.transaction().execute((trx) => emails.enqueue(trx, { to: 'a' }));
const controlled = await newer.startTransaction().execute();
await emails.enqueue(controlled, { to: 'a' });
const saved = await (await db.startTransaction().execute()).savepoint('a').execute();
await emails.enqueue(saved, { to: 'a' });
await emails.enqueue(db, { to: 'a' });

// A function of the application's that passes either on.
const order = async (handle: Kysely<Tables> | Transaction<Tables>) => {
  await handle.insertInto('orders').values({ item: 'book' }).execute();
  await emails.enqueue(handle, { to: 'a' });
};
await order(db);

// @ts-expect-error the transaction is missing
await emails.enqueue({ to: 'a' });
// @ts-expect-error not begun
await emails.enqueue(db.transaction(), { to: 'a' });
// @ts-expect-error not awaited
await emails.enqueue(db.startTransaction().execute(), { to: 'a' });
// @ts-expect-error the driver's object is none of Kysely's transactions
await emails.enqueue(database, { to: 'a' });

const worker = emails.work(async (job, { signal }) => {
  expectTypeOf(job).toEqualTypeOf<KyselyJob<Email>>();
  expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
  expectTypeOf(await job.ack()).toEqualTypeOf<boolean>();
  await db.transaction().execute((trx) => job.ack(trx));
});
expectTypeOf(worker).toEqualTypeOf<AsyncWorker<Email>>();
expectTypeOf(await emails.claimOne('w')).toEqualTypeOf<KyselyJob<Email> | null>();
for await (const job of emails.claim('w')) expectTypeOf(job).toEqualTypeOf<KyselyJob<Email>>();

declare const schema: StandardSchema<{ at: string }, { at: Date }>;
declare const pair: StandardSchema<[string, number], [string, bigint]>;
const checked = honker.queue('checked', { schema });
expectTypeOf(checked).toEqualTypeOf<KyselyQueue<{ at: Date }, { at: string }>>();
const checkedStream = honker.stream('checked', { schema });
expectTypeOf(checkedStream).toEqualTypeOf<KyselyStream<{ at: Date }, { at: string }>>();
// @ts-expect-error the payload has a type
await checked.enqueue(db, { at: 1 });
const checkedTask = honker.task('checked', (_, n) => n, { schema: pair });
expectTypeOf(await (await checkedTask.enqueue(db, 'a', 1)).get()).toEqualTypeOf<bigint>();
// @ts-expect-error the arguments have types
await checkedTask.enqueue(db, 1, 'a');

const orders = honker.stream<{ id: number }>('orders');
expectTypeOf(await orders.publish(db, { id: 1 })).toEqualTypeOf<number>();
expectTypeOf(await orders.saveOffset(controlled, 'mailer', 1)).toEqualTypeOf<boolean>();
// @ts-expect-error the payload has a type
await orders.publish(db, { id: 'one' });
for await (const { payload } of orders.subscribe('mailer')) {
  expectTypeOf(payload).toEqualTypeOf<{ id: number }>();
}

const add = honker.task('add', (a: number, b: number) => a + b);
const run = await add.enqueue(db, 1, 2);
expectTypeOf(await run.get()).toEqualTypeOf<number>();
// @ts-expect-error the arguments have types
await add.enqueue(db, 1, 'two');

const hooks = honker.outbox('hooks', async (payload: { url: string }, { job }) => {
  await job.ack(controlled);
  return payload.url;
});
await hooks.enqueue(controlled, { url: 'https://example.com' });

const rows = await newer.selectFrom('_honker_live').selectAll().execute();
expectTypeOf(rows[0]?.state).toEqualTypeOf<'pending' | 'processing' | undefined>();
expectTypeOf<Selectable<HonkerTables['_honker_dead']>['last_error']>().toEqualTypeOf<
  string | null
>();
const older = db.withTables<HonkerTables>();
expectTypeOf(await older.selectFrom('_honker_locks').select('owner').execute()).toEqualTypeOf<
  { owner: string }[]
>();
// @ts-expect-error honker's tables are for reading
await older.insertInto('_honker_live').values({ queue: 'q', payload: '1' }).execute();
// @ts-expect-error honker's tables are for reading
await newer.updateTable('_honker_live').set({ priority: 1 }).execute();
