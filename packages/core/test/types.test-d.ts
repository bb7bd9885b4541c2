/** Checked by `npm run typecheck`: what the compiler must infer, and what it must refuse. */
import {
  type AsyncDatabase,
  type AsyncJob,
  type BuriedJob,
  type CommitEvents,
  type DeadJob,
  type Handler,
  type HandlerContext,
  type Job,
  type JobRecord,
  type Lock,
  type Notification,
  type Outbox,
  open,
  type Queue,
  type QueueStats,
  type Schedule,
  type Scheduler,
  type Stream,
  type StreamEvent,
  type Task,
  type TaskHandle,
  type Transaction,
  type Worker,
  type WorkOptions,
} from '@honker/core';
import BetterSqlite3 from 'better-sqlite3';
import * as v from 'valibot';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';

interface Email {
  to: string;
  copies?: number;
}

const raw = new BetterSqlite3('app.db');
const db = open('app.db');
open(raw);
// @ts-expect-error no path, no connection
open(5);
// @ts-expect-error a connection of nothing
open({});

const emails = db.queue<Email>('emails', { visibilityTimeoutS: 60, maxAttempts: 5 });
expectTypeOf(emails).toEqualTypeOf<Queue<Email>>();
expectTypeOf(db.queue('any')).toEqualTypeOf<Queue<unknown>>();
// @ts-expect-error an option that doesn't exist
db.queue('emails', { visibilityTimeout: 60 });
expectTypeOf(db.queues()).toEqualTypeOf<QueueStats[]>();
expectTypeOf(emails.jobs({ state: 'pending' })).toEqualTypeOf<JobRecord<Email>[]>();
emails.jobs({ state: 'processing', after: emails.jobs({ state: 'processing' }).at(-1) });
// @ts-expect-error dead jobs are in queue.dead
emails.jobs({ state: 'dead' });

// What may be enqueued.
expectTypeOf(emails.enqueue({ to: 'alice' })).toEqualTypeOf<number>();
expectTypeOf(emails.enqueueMany([{ to: 'alice' }])).toEqualTypeOf<number[]>();
emails.enqueueMany([{ to: 'alice' }] as const);
emails.enqueue({ to: 'alice' }, { delay: 5, runAt: new Date(), priority: 1, expires: 9 });
emails.enqueue({ to: 'alice' }, { runAt: 1_800_000_000, maxAttempts: 1 });
// @ts-expect-error not the payload of this queue
emails.enqueue({ from: 'alice' });
// @ts-expect-error nor this
emails.enqueueMany([{ to: 5 }]);
// @ts-expect-error nor a payload alone, where a list is asked for
emails.enqueueMany({ to: 'alice' });
// @ts-expect-error an option that doesn't exist
emails.enqueue({ to: 'alice' }, { delayS: 5 });
// @ts-expect-error a moment is a Date or Unix seconds
emails.enqueue({ to: 'alice' }, { runAt: '2026-11-22' });

// Transactions.
expectTypeOf(db.transaction()).toEqualTypeOf<Transaction>();
expectTypeOf(db.transaction(() => 'result')).toEqualTypeOf<string>();
expectTypeOf(
  db.transaction((tx) => {
    expectTypeOf(tx).toEqualTypeOf<Transaction>();
    return emails.enqueueTx(tx, { to: 'alice' });
  }),
).toEqualTypeOf<number>();
emails.enqueueTx(raw, { to: 'alice' });
// @ts-expect-error the transaction comes first
emails.enqueueTx({ to: 'alice' });
// @ts-expect-error the database is no transaction
emails.enqueueTx(db, { to: 'alice' });
// @ts-expect-error not the payload of this queue
emails.enqueueTx(db.transaction(), 'alice');
expectTypeOf(db.query('SELECT 1')).toEqualTypeOf<Record<string, unknown>[]>();
expectTypeOf(db.query<{ n: number }>('SELECT 1 AS n')).toEqualTypeOf<{ n: number }[]>();
db.query('SELECT ?, ?, ?', ['a', 5n, new Uint8Array()]);
// @ts-expect-error SQLite stores no objects
db.query('SELECT ?', [{ a: 1 }]);

// Jobs, claimed by hand.
expectTypeOf(emails.claimOne('w')).toEqualTypeOf<Job<Email> | null>();
expectTypeOf(emails.claimBatch('w', 5)).toEqualTypeOf<Job<Email>[]>();
expectTypeOf(emails.getJob(1)).toEqualTypeOf<JobRecord<Email> | null>();
expectTypeOf(emails.dead.list()).toEqualTypeOf<DeadJob<Email>[]>();
expectTypeOf(emails.dead.requeue(1)).toEqualTypeOf<number | null>();
expectTypeOf(emails.dead.requeueTx(raw, 1)).toEqualTypeOf<number | null>();
expectTypeOf<Job<Email>['payload']>().toEqualTypeOf<Email>();
expectTypeOf<Job<Email>['ack']>().returns.toEqualTypeOf<boolean>();
for await (const job of emails.claim('w', { signal: AbortSignal.timeout(1) })) {
  expectTypeOf(job).toEqualTypeOf<Job<Email>>();
  expectTypeOf(job.payload.copies).toEqualTypeOf<number | undefined>();
  // @ts-expect-error the payload is not to be replaced
  job.payload = { to: 'bob' };
}

// Workers.
const worker = emails.work(async (job, context) => {
  expectTypeOf(job).toEqualTypeOf<Job<Email>>();
  expectTypeOf(context).toEqualTypeOf<HandlerContext>();
  expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
});
expectTypeOf(worker).toEqualTypeOf<Worker<Email>>();
expectTypeOf<Handler<Email>>().parameters.toEqualTypeOf<[Job<Email>, HandlerContext]>();
emails.work(() => 'any result', { concurrency: 5, prefetch: 5, backoff: (attempts) => attempts });
// @ts-expect-error an option that doesn't exist
emails.work(() => {}, { concurrent: 5 });
// @ts-expect-error a backoff answers at once
emails.work(() => {}, { backoff: async () => 5 });
// @ts-expect-error a handler of another queue's payload
emails.work((job: Job<{ path: string }>) => job.ack());

worker.on('completed', (job) => expectTypeOf(job).toEqualTypeOf<Job<Email>>());
worker.on('lost', (job) => expectTypeOf(job).toEqualTypeOf<Job<Email>>());
worker.on('failed', (job, error, delayS) => {
  expectTypeOf(job).toEqualTypeOf<Job<Email>>();
  expectTypeOf(error).toEqualTypeOf<unknown>();
  expectTypeOf(delayS).toEqualTypeOf<number>();
});
worker.on('dead', (job, error) => {
  expectTypeOf(job).toEqualTypeOf<BuriedJob<Email>>();
  expectTypeOf(job.payload?.to).toEqualTypeOf<string | undefined>();
  // @ts-expect-error there is none where the row is malformed
  job.payload.to;
  expectTypeOf(error).toEqualTypeOf<unknown>();
});
worker.once('error', (error) => expectTypeOf(error).toEqualTypeOf<Error>());
// @ts-expect-error an event that doesn't exist
worker.on('complete', () => {});
expectTypeOf(worker.stop({ timeoutMs: 5 })).toEqualTypeOf<Promise<void>>();
await using _disposed = worker;
expectTypeOf(worker.concurrency).toEqualTypeOf<number>();
worker.concurrency = 5;
// @ts-expect-error a number
worker.concurrency = '5';
expectTypeOf(worker.isPaused).toEqualTypeOf<boolean>();
// @ts-expect-error pause() and resume() change it
worker.isPaused = true;
expectTypeOf(worker.pause()).toEqualTypeOf<Promise<void>>();
expectTypeOf(worker.resume()).toEqualTypeOf<void>();
emails.work(() => {}, { timeoutS: (job) => job.payload.copies });
// @ts-expect-error a timeout is a number
emails.work(() => {}, { timeoutS: (job) => job.payload.to });
// @ts-expect-error nor may it come later
emails.work(() => {}, { timeoutS: async () => 5 });
const anyOptions: WorkOptions = { concurrency: 5, timeoutS: (job) => job.attempts * 60 };
emails.work(() => {}, anyOptions);

// A job that is acked in a transaction.
emails.work((job) => db.transaction((tx) => job.ackTx(tx)));
emails.work((job) => raw.transaction(() => job.ackTx(raw))());
expectTypeOf<Job<Email>['ackTx']>().returns.toEqualTypeOf<void>();
expectTypeOf<AsyncJob<Email>['ackTx']>().returns.toEqualTypeOf<Promise<void>>();
// @ts-expect-error the transaction is asked for
emails.claimOne('w')?.ackTx();
// @ts-expect-error the database is no transaction
emails.claimOne('w')?.ackTx(db);

// Streams.
interface Order {
  id: number;
}
const orders = db.stream<Order>('orders');
expectTypeOf(orders).toEqualTypeOf<Stream<Order>>();
expectTypeOf(db.stream('any')).toEqualTypeOf<Stream<unknown>>();
expectTypeOf(orders.publish({ id: 42 })).toEqualTypeOf<number>();
expectTypeOf(orders.follow({ after: 0 })).toEqualTypeOf<
  AsyncGenerator<StreamEvent<Order>, void, undefined>
>();
expectTypeOf(orders.publishMany([{ id: 42 }])).toEqualTypeOf<number[]>();
expectTypeOf(orders.publishWithKeyTx(raw, 'k', { id: 42 })).toEqualTypeOf<number>();
expectTypeOf(orders.readSince(0)).toEqualTypeOf<StreamEvent<Order>[]>();
// @ts-expect-error not the payload of this stream
orders.publish({ name: 'book' });
// @ts-expect-error the key comes first
orders.publishWithKey({ id: 42 });
// @ts-expect-error the transaction comes first
orders.publishTx({ id: 42 });
for await (const event of orders.subscribe('mailer', { saveEveryN: 5, saveEveryS: 1 })) {
  expectTypeOf(event).toEqualTypeOf<StreamEvent<Order>>();
  expectTypeOf(event.key).toEqualTypeOf<string | null>();
}

// Channels.
open('app.db', { notifications: { maxAgeS: 60 } });
// @ts-expect-error an option that doesn't exist
open('app.db', { notifications: { maxAge: 60 } });
expectTypeOf(db.notify('orders', { id: 42 })).toEqualTypeOf<number>();
expectTypeOf(db.pruneNotifications(null, 5)).toEqualTypeOf<number>();
for await (const heard of db.listen<Order>('orders', { signal: AbortSignal.timeout(1) })) {
  expectTypeOf(heard).toEqualTypeOf<Notification<Order>>();
}
for await (const heard of db.listen('any')) expectTypeOf(heard.payload).toEqualTypeOf<unknown>();
expectTypeOf(db.updateEvents()).toEqualTypeOf<CommitEvents>();

// The scheduler.
expectTypeOf(db.scheduler()).toEqualTypeOf<Scheduler>();
expectTypeOf(db.scheduler().list()).toEqualTypeOf<Schedule[]>();
expectTypeOf(db.scheduler().run()).toEqualTypeOf<Promise<void>>();
db.scheduler().add<Order>({ name: 'n', queue: 'q', schedule: '@daily', payload: { id: 42 } });
// @ts-expect-error a schedule has a queue
db.scheduler().add({ name: 'n', schedule: '@daily' });
db.scheduler().update('n', { expiresS: null });
// @ts-expect-error the name is not to be changed
db.scheduler().update('n', { name: 'm' });

// Locks and rate limits.
expectTypeOf(db.tryLock('l', 'me', 60)).toEqualTypeOf<Lock | null>();
expectTypeOf(
  db.withLock('l', {}, (signal) => {
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    return 5;
  }),
).toEqualTypeOf<Promise<number>>();
expectTypeOf(db.withLock('l', {}, async () => 'text')).toEqualTypeOf<Promise<string>>();
expectTypeOf(db.tryRateLimit('api', 10, 60)).toEqualTypeOf<boolean>();

// Results.
db.saveResult(1, { sum: 5 }, 60);
expectTypeOf(db.getResult<number>(1)).toEqualTypeOf<number | undefined>();
expectTypeOf(db.getResult(1)).toEqualTypeOf<unknown>();
expectTypeOf(emails.waitResult<string>(1, { timeoutMs: 5 })).toEqualTypeOf<Promise<string>>();
emails.work(() => {}, { timeoutS: 5 });

// Outboxes.
const webhooks = db.outbox('webhooks', async (_payload: { url: string }, { job, signal }) => {
  expectTypeOf(job).toEqualTypeOf<Job<{ url: string }>>();
  expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
});
expectTypeOf(webhooks).toEqualTypeOf<Outbox<{ url: string }>>();
expectTypeOf(webhooks.enqueueTx(raw, { url: 'u' }, { delay: 5 })).toEqualTypeOf<number>();
// @ts-expect-error not the payload of this outbox
webhooks.enqueue({ to: 'alice' });
expectTypeOf(webhooks.runWorker('w', { concurrency: 5 })).toEqualTypeOf<Promise<void>>();

// Tasks.
const add = db.task('add', async (a: number, b: number) => a + b, { queue: 'math', retries: 3 });
expectTypeOf(add).toEqualTypeOf<Task<[a: number, b: number], number>>();
expectTypeOf(add.enqueue(2, 3)).toEqualTypeOf<TaskHandle<number>>();
expectTypeOf(add.enqueueTx(raw, 2, 3).get({ timeoutMs: 5 })).toEqualTypeOf<Promise<number>>();
// @ts-expect-error an argument is missing
add.enqueue(2);
// @ts-expect-error an argument of another type
add.enqueue(2, '3');
db.task('optional', (_a: string, _b?: number) => 1).enqueue('only');
db.task('nightly', () => 'done', { schedule: '@daily' }).enqueue();
// @ts-expect-error what has a schedule takes no arguments
db.task('nightly', (name: string) => name, { schedule: '@daily' });
expectTypeOf(db.runTasks({ concurrency: 5 })).toEqualTypeOf<Promise<void>>();

// Schemas: what goes in, and what comes out.
const Mail = z.object({ to: z.string(), at: z.coerce.date(), copies: z.number().default(1) });
const mails = db.queue('mails', { schema: Mail, maxAttempts: 5 });
expectTypeOf(mails.claimOne('w')?.payload.at).toEqualTypeOf<Date | undefined>();
expectTypeOf(mails.claimOne('w')?.payload.copies).toEqualTypeOf<number | undefined>();
mails.enqueue({ to: 'alice', at: '2026-11-22' });
// @ts-expect-error not what the schema takes
mails.enqueue({ to: 5, at: '2026-11-22' });
mails.work((job) => expectTypeOf(job.payload).toEqualTypeOf<z.output<typeof Mail>>());
expectTypeOf(mails.dead.list()).toEqualTypeOf<DeadJob<z.input<typeof Mail>>[]>();
const moments = db.stream('moments', { schema: v.object({ n: v.number() }) });
expectTypeOf(moments.readSince(0)).toEqualTypeOf<StreamEvent<{ n: number }>[]>();
// @ts-expect-error not what the schema takes
moments.publish({ n: 'one' });
const sum = db.task('sum', (a, b) => a + b, { schema: z.tuple([z.number(), z.number()]) });
expectTypeOf(sum.enqueue(1, 2)).toEqualTypeOf<TaskHandle<number>>();
// @ts-expect-error not what the schema takes
sum.enqueue('1', 2);
// @ts-expect-error no schema
db.queue('mails', { schema: {} });

// The asynchronous twin.
declare const later: AsyncDatabase;
expectTypeOf(later.queue<Email>('q').enqueue({ to: 'alice' })).toEqualTypeOf<Promise<number>>();
expectTypeOf(later.queue<Email>('q').claimOne('w')).toEqualTypeOf<
  Promise<AsyncJob<Email> | null>
>();
expectTypeOf<AsyncJob<Email>['ack']>().toEqualTypeOf<() => Promise<boolean>>();
expectTypeOf<AsyncJob<Email>['payload']>().toEqualTypeOf<Email>();
expectTypeOf(later.queue('mails', { schema: Mail }).stats()).toEqualTypeOf<Promise<QueueStats>>();
expectTypeOf(later.notify('c', 1)).toEqualTypeOf<Promise<number>>();
expectTypeOf(later.getResult<number>(1)).toEqualTypeOf<Promise<number | undefined>>();
expectTypeOf(later.stream<Email>('s').readSince(0)).toEqualTypeOf<Promise<StreamEvent<Email>[]>>();
expectTypeOf(later.task('t', (n: number) => n).enqueue(1)).toEqualTypeOf<
  Promise<TaskHandle<number>>
>();
later.queue<Email>('q').work(async (job) => expectTypeOf(job).toEqualTypeOf<AsyncJob<Email>>());
expectTypeOf(later.close()).toEqualTypeOf<Promise<void>>();
// @ts-expect-error its transactions are the ORM's
later.transaction();
later.queue<Email>('q').work(() => {}, {
  timeoutS: (job) => {
    expectTypeOf(job).toEqualTypeOf<AsyncJob<Email>>();
    return job.payload.copies;
  },
});
