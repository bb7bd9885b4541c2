/** Checked by `npm run typecheck`: what the compiler must infer, and what it must refuse. */
import {
  type AsyncDatabase,
  type Database,
  type Transaction as HonkerTransaction,
  open,
  type QueueStats,
  type StreamEvent,
  type StreamStats,
} from '@honker/core';
import {
  channel,
  enqueue,
  honkerApi,
  honkerMiddleware,
  schemaValidator,
  streamEvents,
  transaction,
} from '@honker/hono';
import BetterSqlite3 from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { Hono } from 'hono';
import { hc, type InferRequestType, type InferResponseType } from 'hono/client';
import { validator } from 'hono/validator';
import { type Dialect, Kysely, type Transaction } from 'kysely';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';

interface Email {
  to: string;
}
const db = open('app.db');
const emails = db.queue<Email>('emails');
const signup = z.object({ email: z.email(), age: z.coerce.number().optional() });

// The context knows what database it holds.
new Hono().use(honkerMiddleware(db)).get('/', (c) => {
  expectTypeOf(c.var.honker).toEqualTypeOf<Database>();
  expectTypeOf(c.var.honkerJobs).toEqualTypeOf<readonly { id: number; queue: string }[]>();
  return c.body(null);
});
declare const asynchronous: AsyncDatabase;
new Hono().use(honkerMiddleware(asynchronous)).get('/', (c) => {
  expectTypeOf(c.var.honker).toEqualTypeOf<AsyncDatabase>();
  return c.body(null);
});
// Without the middleware there is none: nothing was augmented.
new Hono().get('/', (c) => {
  // @ts-expect-error no honker here
  c.var.honker;
  return c.body(null);
});
// @ts-expect-error no database
honkerMiddleware('app.db');

// What may be enqueued.
enqueue(emails, { to: 'alice' }, { delay: 5, location: '/jobs' });
enqueue(asynchronous.queue<Email>('emails'), async () => ({ to: 'alice' }));
enqueue(emails, (c) => c.req.json());
enqueue(emails, (c) => ({ to: c.req.valid('form').to }), { location: '/jobs/:id' });
// @ts-expect-error not the payload of this queue
enqueue(emails, { from: 'alice' });
// @ts-expect-error nor what a function makes
enqueue(emails, () => ({ to: 5 }));
// @ts-expect-error an option that doesn't exist
enqueue(emails, { to: 'alice' }, { delayS: 5 });
const json = schemaValidator('json', signup);
enqueue(emails, json, (c) => ({ to: c.req.valid('json').email }));
enqueue(emails, schemaValidator('json', signup), (c) => ({ to: c.req.valid('json').email }));
// @ts-expect-error the validator types the request
enqueue(emails, json, (c) => ({ to: c.req.valid('json').nobody }));
// @ts-expect-error and nothing but what it validates
enqueue(emails, json, (c) => ({ to: c.req.valid('form').email }));
// @ts-expect-error not the payload of this queue
enqueue(emails, json, () => ({ to: 5 }));
// @ts-expect-error what is validated must be used
enqueue(emails, json, { to: 'alice' });

const ofHono = validator('json', (value, c) => {
  if (typeof value.to !== 'string') return c.json({ error: 'no address' }, 400);
  return { to: value.to as string };
});

// hc knows what goes in and what comes out, wherever the validator stands.
const app = new Hono()
  .post('/plain', enqueue(emails, { to: 'alice' }))
  .post(
    '/before',
    ofHono,
    enqueue(emails, (c) => c.req.valid('json')),
  )
  .post(
    '/inside',
    enqueue(emails, ofHono, (c) => c.req.valid('json')),
  )
  .post(
    '/handled',
    enqueue(emails, schemaValidator('json', signup), (c) => ({ to: c.req.valid('json').email })),
    (c) => {
      expectTypeOf(c.req.valid('json')).toEqualTypeOf<{
        email: string;
        age?: number | undefined;
      }>();
      return c.json({ welcome: true }, 201);
    },
  )
  .post('/query', schemaValidator('query', z.object({ page: z.coerce.number() })), (c) => {
    expectTypeOf(c.req.valid('query')).toEqualTypeOf<{ page: number }>();
    return c.json(c.req.valid('query').page);
  });
const client = hc<typeof app>('');
interface Accepted {
  id: number;
  queue: string;
}
expectTypeOf<InferResponseType<typeof client.plain.$post, 202>>().toEqualTypeOf<Accepted>();
expectTypeOf<InferRequestType<typeof client.before.$post>>().toEqualTypeOf<{ json: Email }>();
expectTypeOf<InferResponseType<typeof client.before.$post, 202>>().toEqualTypeOf<Accepted>();
expectTypeOf<InferResponseType<typeof client.before.$post, 400>>().toEqualTypeOf<{
  error: string;
}>();
expectTypeOf<InferRequestType<typeof client.inside.$post>>().toEqualTypeOf<{ json: Email }>();
expectTypeOf<InferResponseType<typeof client.inside.$post, 202>>().toEqualTypeOf<Accepted>();
expectTypeOf<InferResponseType<typeof client.inside.$post, 400>>().toEqualTypeOf<{
  error: string;
}>();
expectTypeOf<InferRequestType<typeof client.handled.$post>>().toEqualTypeOf<{
  json: { email: string; age?: unknown };
}>();
expectTypeOf<InferResponseType<typeof client.handled.$post, 201>>().toEqualTypeOf<{
  welcome: true;
}>();
// The handler answers, not enqueue().
expectTypeOf<InferResponseType<typeof client.handled.$post, 202>>().toEqualTypeOf<never>();
expectTypeOf<InferResponseType<typeof client.handled.$post, 422>>().toEqualTypeOf<{
  error: string;
  issues: { message: string; path: (string | number)[] }[];
}>();
// @ts-expect-error not what the validator takes
client.before.$post({ json: { to: 5 } });
expectTypeOf<InferRequestType<typeof client.query.$post>>().toEqualTypeOf<{
  query: { page: string | string[] };
}>();

// The API is typed, too.
const api = new Hono().route('/honker', honkerApi(db, { authorize: 'public' }));
new Hono().route('/', honkerApi(asynchronous, { authorize: async (c) => c.req.path === '/' }));
const { honker } = hc<typeof api>('');
expectTypeOf<InferResponseType<typeof honker.queues.$get>>().toEqualTypeOf<{
  queues: QueueStats[];
}>();
const jobs = honker.queues[':queue'].jobs;
jobs.$get({ param: { queue: 'q' }, query: {} });
jobs.$get({ param: { queue: 'q' }, query: { state: 'processing', limit: '5', after: '1.2' } });
// @ts-expect-error a state that doesn't exist
jobs.$get({ param: { queue: 'q' }, query: { state: 'dead' } });
expectTypeOf<InferResponseType<typeof jobs.$get>['next']>().toEqualTypeOf<string | null>();
expectTypeOf<InferResponseType<typeof jobs.$get>['jobs'][0]['state']>().toEqualTypeOf<
  'pending' | 'processing'
>();
const dead = honker.queues[':queue'].dead;
expectTypeOf<InferResponseType<typeof dead.$get>['jobs'][0]['lastError']>().toEqualTypeOf<
  string | null
>();
expectTypeOf<InferResponseType<(typeof dead)[':id']['requeue']['$post'], 201>>().toEqualTypeOf<{
  id: number;
}>();
expectTypeOf<InferResponseType<(typeof dead)[':id']['requeue']['$post'], 404>>().toEqualTypeOf<{
  error: string;
}>();
dead.$delete({ param: { queue: 'q' }, query: { olderThanS: '60' } });
expectTypeOf<InferResponseType<typeof honker.streams.$get>>().toEqualTypeOf<{
  streams: StreamStats[];
}>();
// @ts-expect-error who may?
honkerApi(db);
// @ts-expect-error who may?
honkerApi(db, {});
// @ts-expect-error everybody is 'public'
honkerApi(db, { authorize: true });

// Streaming.
const orders = db.stream<{ id: number }>('orders');
const events = new Hono()
  .get('/a', streamEvents(orders))
  .get(
    '/b/:id',
    streamEvents((c) => db.stream<{ id: number }>(`orders:${c.req.param('id')}`), {
      data: (event) => {
        expectTypeOf(event).toEqualTypeOf<StreamEvent<{ id: number }>>();
        return event.payload.id;
      },
      consumer: (c) => c.req.query('client') ?? 'nobody',
      from: 'start',
    }),
  )
  .get(
    '/c',
    streamEvents(channel<string>(db, 'news'), { data: ({ id, payload }) => [id, payload] }),
  )
  .get('/d', streamEvents(asynchronous.stream('orders'), { heartbeatS: 5, retryMs: 100 }));
expectTypeOf(hc<typeof events>('').a.$url()).toEqualTypeOf<URL>();
// @ts-expect-error a channel has no consumers
streamEvents(channel(db, 'news'), { consumer: 'a' });
// @ts-expect-error no place of a stream
streamEvents(orders, { from: 'yesterday' });
// @ts-expect-error a database is no stream
streamEvents(db);

// transaction() knows the transaction of each library.
const orm = drizzle({ client: new BetterSqlite3('app.db') });
const kysely = new Kysely<{ orders: { id: number } }>({ dialect: {} as Dialect });
new Hono()
  .use(honkerMiddleware(db, orm))
  .post('/:id', schemaValidator('json', signup), async (c) => {
    expectTypeOf(c.var.honker).toEqualTypeOf<Database>();
    const answer = await transaction(c, (tx) => {
      tx.run('SELECT 1');
      // @ts-expect-error not the database
      tx.$client;
      return c.json({ ok: true }, 201);
    });
    return answer;
  });
new Hono().use(honkerMiddleware(asynchronous, kysely)).get('/', (c) =>
  transaction(c, async (trx) => {
    expectTypeOf(trx).toEqualTypeOf<Transaction<{ orders: { id: number } }>>();
    return c.json(await trx.selectFrom('orders').selectAll().execute());
  }),
);
new Hono().use(honkerMiddleware(db)).get('/', (c) =>
  transaction(c, (tx) => {
    expectTypeOf(tx).toEqualTypeOf<HonkerTransaction>();
    return c.text('ok');
  }),
);
// @ts-expect-error no database in the context
new Hono().get('/', (c) => transaction(c, () => c.text('ok')));
