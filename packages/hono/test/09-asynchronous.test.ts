import type { AsyncDatabase } from '@honker/core';
import { openAsync } from '@honker/core/adapter';
import { channel, enqueue, honkerApi, honkerMiddleware, streamEvents } from '@honker/hono';
import { Hono } from 'hono';
import { beforeEach, expect, it } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { PromisedConnection } from '../../core/test/connections/promised-connection.js';
import { openRaw, temporaryPath } from '../../core/test/temporary-database.js';
import { EventClient } from './event-client.js';
import { serve } from './server.js';

let db: AsyncDatabase;
let app: ReturnType<typeof mount>;

const mount = (database: AsyncDatabase) =>
  new Hono()
    .use(honkerMiddleware(database))
    .post(
      '/emails',
      enqueue(database.queue('emails'), (c) => c.req.json()),
    )
    .get('/orders', streamEvents(database.stream('orders'), { consumer: 'page' }))
    .get('/news', streamEvents(channel(database, 'news')))
    .route('/honker', honkerApi(database, { authorize: 'public' }));

beforeEach(async () => {
  db = await openAsync(new PromisedConnection(openRaw(temporaryPath())));
  atEnd(() => db.close());
  app = mount(db);
});

const get = async (path: string, method = 'GET') =>
  (await app.request(`/honker${path}`, { method })).json();

it('a database that answers with promises: enqueues, and is looked after', async () => {
  const response = await app.request('/emails', { method: 'POST', body: '{"to":"alice"}' });
  expect([response.status, await response.json()]).toEqual([202, { id: 1, queue: 'emails' }]);
  expect(await get('/queues')).toMatchObject({ queues: [{ queue: 'emails', ready: 1 }] });
  expect(await get('/queues/emails/jobs')).toMatchObject({ jobs: [{ payload: { to: 'alice' } }] });
  await (await db.queue('emails').claimOne('w'))?.fail('no');
  expect(await get('/queues/emails/jobs/1')).toMatchObject({ state: 'dead', lastError: 'no' });
  expect(await get('/queues/emails/dead/1/requeue', 'POST')).toEqual({ id: 2 });
  expect(await get('/queues/emails/jobs/2', 'DELETE')).toEqual({ id: 2 });
  await db.scheduler().add({ name: 's', queue: 'q', schedule: '@hourly' });
  expect(await get('/schedules/s/pause', 'POST')).toEqual({ name: 's', enabled: false });
});

it('a database that answers with promises: streams', async () => {
  const { port } = await serve(app);
  const orders = await (await EventClient.connect(port, '/orders')).opened();
  const news = await (await EventClient.connect(port, '/news')).opened();
  await db.stream('orders').publish(1);
  await db.notify('news', 2);
  expect(await orders.data(1)).toEqual([1]);
  expect(await news.data(1)).toEqual([2]);
  orders.close();
  news.close();
});
