import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Database, open, type StandardSchema } from '@honker/core';
import { enqueue, honkerApi, honkerMiddleware, schemaValidator, streamEvents } from '@honker/hono';
import { Hono } from 'hono';
import { hc } from 'hono/client';
import { connect, type Driver } from './connect.js';

interface Email {
  to: string;
}

export async function run(driver: Driver): Promise<void> {
  const connection = await connect(driver, 'hono.db');
  connection.exec('PRAGMA journal_mode = WAL');
  const db = open(connection as never);
  const emails = db.queue<Email>('emails');
  const orders = db.stream<number>('orders');
  const app = new Hono()
    .use(honkerMiddleware(db))
    .post(
      '/emails',
      enqueue(emails, (c) => c.req.json()),
    )
    .get('/events', streamEvents(orders, { from: 'start' }))
    .route('/honker', honkerApi(db, { authorize: 'public' }));

  const body = '{"to":"alice@example.com"}';
  const accepted = await app.request('/emails', { method: 'POST', body });
  assert.deepEqual(await accepted.json(), { id: 1, queue: 'emails' });
  const { jobs } = (await (await app.request('/honker/queues/emails/jobs')).json()) as {
    jobs: { payload: Email }[];
  };
  assert.deepEqual(jobs[0]?.payload, JSON.parse(body));

  orders.publish(42);
  const reader = (await app.request('/events')).body?.getReader();
  await reader?.read();
  const event = new TextDecoder().decode((await reader?.read())?.value as Uint8Array);
  assert.equal(event, 'id: 1\ndata: 42\n\n');
  await reader?.cancel();

  const handled: Email[] = [];
  const worker = emails.work((job) => void handled.push(job.payload));
  await once(worker, 'completed');
  assert.deepEqual(handled, [JSON.parse(body)]);
  await worker.stop();
  db.close();
  connection.close();
}

export function types(db: Database, schema: StandardSchema<{ email: string }>): void {
  const emails = db.queue<Email>('emails');
  const app = new Hono()
    .use(honkerMiddleware(db))
    .post(
      '/signup',
      enqueue(emails, schemaValidator('json', schema), (c) => ({ to: c.req.valid('json').email })),
    )
    .get('/events', streamEvents(db.stream('orders')))
    .route('/honker', honkerApi(db, { authorize: 'public' }));
  const client = hc<typeof app>('http://localhost');
  client.signup.$post({ json: { email: 'alice@example.com' } });
  client.honker.queues.$get();
  // @ts-expect-error the input has a type
  client.signup.$post({ json: { email: 5 } });
  // @ts-expect-error who may?
  honkerApi(db);
}
