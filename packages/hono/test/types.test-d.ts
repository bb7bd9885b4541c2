/** Checked by `npm run typecheck`: what the compiler must infer, and what it must refuse. */
import { type AsyncDatabase, type Database, open } from '@honker/core';
import { enqueue, honkerMiddleware, schemaValidator } from '@honker/hono';
import { Hono } from 'hono';
import { hc, type InferRequestType, type InferResponseType } from 'hono/client';
import { validator } from 'hono/validator';
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
