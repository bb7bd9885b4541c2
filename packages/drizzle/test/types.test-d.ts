/** Checked by `npm run typecheck`: what the compiler must infer, and what it must refuse. */
import type {
  AsyncDatabase,
  AsyncWorker,
  Database,
  DeadJob,
  Job,
  Queue,
  Stream,
  Worker,
} from '@honker/core';
import {
  type AsyncDrizzleJob,
  type AsyncDrizzleQueue,
  type AsyncDrizzleStream,
  type AsyncHonkerDrizzle,
  type DrizzleJob,
  type DrizzleQueue,
  type DrizzleStream,
  type HonkerDrizzle,
  honkerDrizzle,
  honkerTables,
} from '@honker/drizzle';
import BetterSqlite3 from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { drizzle as drizzleLibsql } from 'drizzle-orm/libsql';
import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import { drizzle as drizzle1 } from 'drizzle-orm-1/better-sqlite3';
import { drizzle as drizzleLibsql1 } from 'drizzle-orm-1/libsql';
import { drizzle as drizzleNode1 } from 'drizzle-orm-1/node-sqlite';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';

interface Email {
  to: string;
}

const orders = sqliteTable('orders', { id: integer().primaryKey() });
const db = drizzle({ client: new BetterSqlite3('app.db'), schema: { orders } });
const db1 = drizzle1({ client: new BetterSqlite3('app.db') });
const node1 = drizzleNode1('app.db');
const libsql = drizzleLibsql('file:app.db', { schema: { orders } });
const libsql1 = drizzleLibsql1('file:app.db');

// What honker answers with is what the driver answers with, in both versions.
const honker = honkerDrizzle(db);
expectTypeOf(honker).toEqualTypeOf<HonkerDrizzle>();
expectTypeOf(honkerDrizzle(db1)).toEqualTypeOf<HonkerDrizzle>();
expectTypeOf(honkerDrizzle(node1)).toEqualTypeOf<HonkerDrizzle>();
expectTypeOf(honkerDrizzle(libsql)).toEqualTypeOf<Promise<AsyncHonkerDrizzle>>();
expectTypeOf(honkerDrizzle(libsql1)).toEqualTypeOf<Promise<AsyncHonkerDrizzle>>();
const asyncHonker = await honkerDrizzle(libsql);
expectTypeOf(honker.database).toEqualTypeOf<Database>();
expectTypeOf(asyncHonker.database).toEqualTypeOf<AsyncDatabase>();

// @ts-expect-error no database of Drizzle's
honkerDrizzle(new BetterSqlite3('app.db'));
// @ts-expect-error nor a path
honkerDrizzle('app.db');
// @ts-expect-error nor one that has no connection
honkerDrizzle(drizzle.mock());

// Queues.
const emails = honker.queue<Email>('emails', { visibilityTimeoutS: 60, maxAttempts: 5 });
expectTypeOf(emails).toEqualTypeOf<DrizzleQueue<Email>>();
expectTypeOf(honker.queue('any')).toEqualTypeOf<DrizzleQueue<unknown>>();
expectTypeOf(emails.enqueue(db, { to: 'alice' }, { delay: 5 })).toEqualTypeOf<number>();
expectTypeOf(emails.enqueueMany(db, [{ to: 'alice' }])).toEqualTypeOf<number[]>();
expectTypeOf(emails.cancel(db, 1)).toEqualTypeOf<boolean>();
expectTypeOf(emails.dead.requeue(db, 1)).toEqualTypeOf<number | null>();
expectTypeOf(emails.dead.requeue(1)).toEqualTypeOf<number | null>();
expectTypeOf(emails.dead.list()).toEqualTypeOf<DeadJob<Email>[]>();
db.transaction((tx) => {
  expectTypeOf(emails.enqueue(tx, { to: 'alice' })).toEqualTypeOf<number>();
  emails.dead.requeue(tx, 1);
  tx.transaction((savepoint) => emails.enqueue(savepoint, { to: 'alice' }));
});
db1.transaction((tx) => {
  expectTypeOf(emails.enqueue(tx, { to: 'alice' })).toEqualTypeOf<number>();
  tx.transaction((savepoint) => emails.enqueue(savepoint, { to: 'alice' }));
});
node1.transaction((tx) => emails.enqueue(tx, { to: 'alice' }));
// @ts-expect-error the database, or a transaction, comes first
emails.enqueue({ to: 'alice' });
// @ts-expect-error not the payload of this queue
emails.enqueue(db, { from: 'alice' });
// @ts-expect-error an option that doesn't exist
emails.enqueue(db, { to: 'alice' }, { delayS: 5 });
// @ts-expect-error a database of another kind of driver
emails.enqueue(libsql, { to: 'alice' });
// @ts-expect-error the connection is no database of Drizzle's
emails.enqueue(db.$client, { to: 'alice' });

const asyncEmails = asyncHonker.queue<Email>('emails');
expectTypeOf(asyncEmails).toEqualTypeOf<AsyncDrizzleQueue<Email>>();
expectTypeOf(asyncEmails.enqueue(libsql, { to: 'alice' })).toEqualTypeOf<Promise<number>>();
expectTypeOf(asyncEmails.cancel(libsql, 1)).toEqualTypeOf<Promise<boolean>>();
await libsql.transaction(async (tx) => {
  expectTypeOf(await asyncEmails.enqueueMany(tx, [{ to: 'alice' }])).toEqualTypeOf<number[]>();
  expectTypeOf(await asyncEmails.dead.requeue(tx, 1)).toEqualTypeOf<number | null>();
  await tx.transaction(async (savepoint) => asyncEmails.enqueue(savepoint, { to: 'alice' }));
});
await libsql1.transaction(async (tx) => asyncEmails.enqueue(tx, { to: 'alice' }));
// @ts-expect-error a database of another kind of driver
asyncEmails.enqueue(db, { to: 'alice' });

// Jobs.
expectTypeOf(emails.claimOne('w')).toEqualTypeOf<DrizzleJob<Email> | null>();
expectTypeOf(asyncEmails.claimOne('w')).toEqualTypeOf<Promise<AsyncDrizzleJob<Email> | null>>();
expectTypeOf(
  emails.work((job, { signal }) => {
    expectTypeOf(job).toEqualTypeOf<DrizzleJob<Email>>();
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    db.transaction((tx) => {
      expectTypeOf(job.ack(tx)).toEqualTypeOf<boolean>();
    });
  }),
).toEqualTypeOf<Worker<Email>>();
expectTypeOf(
  asyncEmails.work(async (job) => {
    expectTypeOf(job.payload).toEqualTypeOf<Email>();
    await libsql.transaction(async (tx) => {
      expectTypeOf(await job.ack(tx)).toEqualTypeOf<boolean>();
    });
  }),
).toEqualTypeOf<AsyncWorker<Email>>();

// A schema types what is put in and what comes out.
const parsed = honker.queue('parsed', { schema: z.object({ at: z.string().transform(Number) }) });
expectTypeOf(parsed).toEqualTypeOf<DrizzleQueue<{ at: number }, { at: string }>>();
parsed.enqueue(db, { at: '1' });
// @ts-expect-error what comes out isn't what is put in
parsed.enqueue(db, { at: 1 });
const typed = asyncHonker.queue('parsed', { schema: z.object({ at: z.string() }) });
expectTypeOf(typed).toEqualTypeOf<AsyncDrizzleQueue<{ at: string }, { at: string }>>();

// Whatever core's queues, streams and jobs can do, these can.
type Internal = 'db' | 'format' | 'meter' | 'enqueueQuery' | 'isAckedInside';
type Missing<Core, Own> = Exclude<keyof Core, keyof Own | `${string}Tx` | Internal>;
expectTypeOf<Missing<Queue, DrizzleQueue>>().toEqualTypeOf<never>();
expectTypeOf<Missing<Queue, AsyncDrizzleQueue>>().toEqualTypeOf<never>();
expectTypeOf<Missing<Stream, DrizzleStream>>().toEqualTypeOf<never>();
expectTypeOf<Missing<Stream, AsyncDrizzleStream>>().toEqualTypeOf<never>();
expectTypeOf<Missing<Job<Email>, DrizzleJob<Email>>>().toEqualTypeOf<never>();
expectTypeOf<Missing<Job<Email>, AsyncDrizzleJob<Email>>>().toEqualTypeOf<never>();

// Streams and the rest.
const placed = honker.stream<{ id: number }>('orders');
expectTypeOf(placed).toEqualTypeOf<DrizzleStream<{ id: number }>>();
expectTypeOf(placed.publish(db, { id: 1 })).toEqualTypeOf<number>();
expectTypeOf(placed.publishWithKey(db, 'key', { id: 1 })).toEqualTypeOf<number>();
expectTypeOf(placed.saveOffset(db, 'mailer', 1)).toEqualTypeOf<boolean>();
// @ts-expect-error not an event of this stream
placed.publish(db, { item: 'book' });
const asyncPlaced = asyncHonker.stream<{ id: number }>('orders');
expectTypeOf(asyncPlaced.publish(libsql, { id: 1 })).toEqualTypeOf<Promise<number>>();
expectTypeOf(honker.notify(db, 'channel', 1)).toEqualTypeOf<number>();
expectTypeOf(asyncHonker.notify(libsql, 'channel', 1)).toEqualTypeOf<Promise<number>>();
expectTypeOf(honker.saveResult(db, 1, { sum: 5 }, 60)).toEqualTypeOf<void>();
expectTypeOf(asyncHonker.saveResult(libsql, 1, 1)).toEqualTypeOf<Promise<void>>();

// honker's tables.
const [live] = db.select().from(honkerTables.live).all();
expectTypeOf(live?.state).toEqualTypeOf<'pending' | 'processing' | undefined>();
expectTypeOf(live?.claimExpiresAt).toEqualTypeOf<number | null | undefined>();
