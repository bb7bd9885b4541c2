import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { open, type Stream } from '@honker/core';
import { channel, streamEvents } from '@honker/hono';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { TestDatabase } from '../../core/test/temporary-database.js';
import { EventClient } from './event-client.js';
import { serve } from './server.js';

let test: TestDatabase;
let orders: Stream<number>;
beforeEach(() => {
  test = new TestDatabase();
  orders = test.db.stream<number>('orders');
});

const READS = '%FROM _honker_stream INDEXED BY _honker_ix_topic WHERE topic = ?1 AND offset > ?2%';

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Connects to an application with one route. */
async function connect(
  handler: ReturnType<typeof streamEvents>,
  headers: Record<string, string> = {},
  path = '/',
): Promise<EventClient> {
  const { port } = await serve(new Hono().get('/', handler));
  const client = await EventClient.connect(port, path, headers);
  atEnd(() => client.close());
  return client;
}

describe('what is sent', () => {
  it('the payload of each event, its offset as the id', async () => {
    const client = await connect(streamEvents(orders));
    expect(client.response.statusCode).toBe(200);
    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    expect(await client.block()).toEqual({ isComment: true });
    test.db.stream('other').publish(0);
    const offset = orders.publish(1);
    expect(await client.block()).toEqual({ id: String(offset), data: 1 });
  });

  it('what `data` makes of an event; nothing where that is undefined', async () => {
    const data = (event: { key: string | null; payload: number }) =>
      event.payload % 2 === 0 ? undefined : [event.key, event.payload];
    const client = await connect(streamEvents(orders, { data, from: 'start' }));
    orders.publishMany([1, 2]);
    orders.publishWithKey('k', 3);
    expect(await client.events(2)).toEqual([
      { id: '1', data: [null, 1] },
      { id: '3', data: ['k', 3] },
    ]);
  });

  it('text of any kind, on one line, and the text of a row that is not JSON', async () => {
    const texts = test.db.stream('orders');
    const client = await connect(streamEvents(texts));
    await client.opened();
    const payloads = ['a\nb\r\nc', '\u2028 \u0000 🎉', 'id: 5', { a: ['\n\n'] }];
    texts.publishMany(payloads);
    test.raw.exec(`INSERT INTO _honker_stream (topic, payload) VALUES ('orders', '{\n\n oops')`);
    expect(await client.data(5)).toEqual([...payloads, '{\n\n oops']);
  });

  it('how long the client is to wait before it reconnects', async () => {
    const client = await connect(streamEvents(orders, { retryMs: 250 }));
    expect(await client.block()).toEqual({ retry: '250' });
  });

  it('a heartbeat where there is nothing else, without losing what comes then', async () => {
    const client = await connect(streamEvents(orders, { heartbeatS: 1 }));
    await client.opened();
    expect(await client.block()).toEqual({ isComment: true });
    expect(await client.block()).toEqual({ isComment: true });
    orders.publishMany(range(1, 50));
    expect(await client.data(50)).toEqual(range(1, 50));
    expect(await client.block()).toEqual({ isComment: true });
  });

  it('what the request chooses', async () => {
    const app = new Hono().get(
      '/:shop',
      streamEvents((c) => test.db.stream(`orders:${c.req.param('shop')}`), { from: 'start' }),
    );
    const { port } = await serve(app);
    test.db.stream('orders:a').publish('of a');
    test.db.stream('orders:b').publish('of b');
    const client = await EventClient.connect(port, '/b');
    expect(await client.data(1)).toEqual(['of b']);
    client.close();
  });

  it('as it is, behind middleware that compresses', async () => {
    const { port } = await serve(new Hono().use(compress()).get('/', streamEvents(orders)));
    const client = await EventClient.connect(port, '/', { 'Accept-Encoding': 'gzip' });
    await client.opened();
    orders.publish(1);
    expect(await client.data(1)).toEqual([1]);
    expect(client.response.headers['content-encoding']).toBeUndefined();
    client.close();
  });
});

describe('where it begins', () => {
  beforeEach(() => {
    orders.publishMany(range(1, 5));
  });

  it('now, if nothing else was said', async () => {
    const client = await connect(streamEvents(orders));
    orders.publish(6);
    expect(await client.data(1)).toEqual([6]);
  });

  it('at the start, if so told', async () => {
    const client = await connect(streamEvents(orders, { from: 'start' }));
    orders.publish(6);
    expect(await client.data(6)).toEqual(range(1, 6));
  });

  it('behind the Last-Event-ID', async () => {
    const client = await connect(streamEvents(orders), { 'Last-Event-ID': '3' });
    orders.publish(6);
    expect(await client.data(3)).toEqual([4, 5, 6]);
  });

  it('behind ?lastEventId=, and behind the header where there are both', async () => {
    const asked = await connect(streamEvents(orders), {}, '/?lastEventId=3');
    expect(await asked.data(2)).toEqual([4, 5]);
    const resumed = await connect(
      streamEvents(orders),
      { 'Last-Event-ID': '4' },
      '/?lastEventId=1',
    );
    expect(await resumed.data(1)).toEqual([5]);
  });

  it('now, for an id that is ahead of the stream: the file was restored', async () => {
    const client = await connect(streamEvents(orders), { 'Last-Event-ID': '5000' });
    await client.opened();
    orders.publish(6);
    expect(await client.data(1)).toEqual([6]);
  });

  it('at no event at all: a client that reconnects again and again gets each once', async () => {
    const { port } = await serve(new Hono().get('/', streamEvents(orders, { from: 'start' })));
    const seen: unknown[] = [];
    let last: string | undefined;
    for (const count of [2, 1, 3, 4]) {
      const client = await EventClient.connect(port, '/', last ? { 'Last-Event-ID': last } : {});
      if (count === 3) orders.publishMany(range(6, 10));
      for (const { id, data } of await client.events(count)) {
        last = id;
        seen.push(data);
      }
      client.close();
    }
    expect(seen).toEqual(range(1, 10));
  });

  it.each(['abc', '-1', '1.5', '1e3', '0x10', '99999999999999999999', '5;drop', ' ', '١'])(
    'nowhere, for the id %j: 400',
    async (id) => {
      const app = new Hono().get('/', streamEvents(orders));
      const response = await app.request(`/?lastEventId=${encodeURIComponent(id)}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('lastEventId must be the id of an event');
      if (id.trim() === '' || id > '~') return;
      const headers = { 'Last-Event-ID': id };
      expect((await app.request('/', { headers })).status).toBe(400);
    },
  );
});

describe('a consumer', () => {
  it('goes on where it was, and remembers', async () => {
    orders.publishMany(range(1, 5));
    orders.saveOffset('tablet', 2);
    const { port } = await serve(
      new Hono().get(
        '/',
        streamEvents(orders, { consumer: (c) => c.req.query('client') ?? 'nobody' }),
      ),
    );
    const first = await EventClient.connect(port, '/?client=tablet');
    expect(await first.data(2)).toEqual([3, 4]);
    // The event after it was written by now, as well.
    expect(await first.data(1)).toEqual([5]);
    first.close();
    await test.until(() => orders.getOffset('tablet') === 5);
    orders.publish(6);
    const second = await EventClient.connect(port, '/?client=tablet');
    expect(await second.data(1)).toEqual([6]);
    second.close();
    await test.until(() => orders.getOffset('tablet') === 6);
    expect(orders.getOffset('nobody')).toBe(0);
  });

  it('that tells what it has seen is believed', async () => {
    orders.publishMany(range(1, 5));
    orders.saveOffset('tablet', 5);
    const client = await connect(streamEvents(orders, { consumer: 'tablet' }), {
      'Last-Event-ID': '3',
    });
    expect(await client.data(2)).toEqual([4, 5]);
    client.close();
    expect(orders.getOffset('tablet')).toBe(5);
  });
});

describe('a channel', () => {
  it('is heard from now on, or from what was heard last', async () => {
    const ids = range(1, 3).map((n) => test.db.notify('news', n));
    const news = streamEvents(channel<number>(test.db, 'news'), { data: ({ payload }) => payload });
    const fresh = await connect(news);
    const back = await connect(news, { 'Last-Event-ID': String(ids[0]) });
    await fresh.opened();
    test.db.notify('other', 0);
    const id = test.db.notify('news', 4);
    expect(await fresh.events(1)).toEqual([{ id: String(id), data: 4 }]);
    expect(await back.data(3)).toEqual([2, 3, 4]);
  });

  it('is made of a database and a name', () => {
    expect(() => channel(undefined as never, 'news')).toThrow('channel() takes a honker database');
    expect(() => channel(test.db, '')).toThrow('the name of a channel');
  });
});

describe('many', () => {
  it('clients share one query for each commit', async () => {
    const { port } = await serve(new Hono().get('/', streamEvents(orders)));
    const clients = await Promise.all(range(1, 100).map(() => EventClient.connect(port, '/')));
    await Promise.all(clients.map((client) => client.opened()));
    const before = test.uses(READS);
    for (const n of range(1, 10)) {
      const heard = Promise.all(clients.map((client) => client.data(1)));
      orders.publish(n);
      expect(await heard).toEqual(clients.map(() => [n]));
    }
    // A wake that comes late may ask once more.
    expect(test.uses(READS) - before).toBeLessThanOrEqual(15);
    for (const client of clients) client.close();
  });
});

describe('a client that is slow', () => {
  it('holds up nobody, grows no queue, and misses nothing', async () => {
    const texts = test.db.stream<string>('texts');
    const { port } = await serve(new Hono().get('/', streamEvents(texts)));
    const slow = await EventClient.connect(port, '/');
    const quick = await EventClient.connect(port, '/');
    await Promise.all([slow.opened(), quick.opened()]);
    const text = 'x'.repeat(10_000);
    const rounds = 60;
    // 30 MB, of which the slow one takes nothing: 50 events a round.
    const heapBefore = await memory();
    for (let round = 0; round < rounds; round++) {
      const heard = quick.events(50);
      texts.publishMany(range(1, 50).map((n) => `${round * 50 + n} ${text}`));
      await heard;
    }
    const grown = (await memory()) - heapBefore;
    expect(grown).toBeLessThan(10 * 2 ** 20);
    const numbers = (await slow.data(rounds * 50)).map((each) => Number.parseInt(String(each), 10));
    expect(numbers).toEqual(range(1, rounds * 50));
    slow.close();
    quick.close();
  });
});

/** Once the last connection has gone, a commit is followed by no read. */
async function expectNobodyReads(server: Parameters<typeof connections>[0]): Promise<void> {
  await until(() => connections(server).then((count) => count === 0));
  const before = test.uses(READS);
  const events = test.db.updateEvents();
  orders.publish(2);
  await events.next();
  await events.return();
  expect(test.uses(READS)).toBe(before);
}

describe('the end', () => {
  it('comes when the client goes: nobody reads the stream any more', async () => {
    const { port, server } = await serve(new Hono().get('/', streamEvents(orders)));
    const client = await EventClient.connect(port, '/');
    await client.opened();
    orders.publish(1);
    await client.data(1);
    client.close();
    await expectNobodyReads(server);
  });

  it('comes when a client goes that has not read what was sent to it', async () => {
    const { port, server } = await serve(new Hono().get('/', streamEvents(orders)));
    const texts = test.db.stream<string>('orders');
    const client = await EventClient.connect(port, '/');
    await client.opened();
    const quick = texts.follow();
    for (let round = 0; round < 20; round++) {
      const heard = quick.next();
      texts.publishMany(Array.from({ length: 20 }, () => 'x'.repeat(50_000)));
      await heard;
    }
    await quick.return();
    client.close();
    await expectNobodyReads(server);
  });

  it('comes when the database is closed: the response ends, and the client may go elsewhere', async () => {
    const db = open(test.path);
    const client = await connect(streamEvents(db.stream('orders')));
    await client.opened();
    db.close();
    expect(await client.block()).toBeUndefined();
    const app = new Hono().get('/', streamEvents(db.stream('orders')));
    app.onError((error, c) => c.text((error as unknown as { code: string }).code, 500));
    expect(await (await app.request('/')).text()).toBe('HONKER_CLOSED');
  });

  it('comes when the file is replaced: the connection breaks, and the server says why', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    atEnd(() => told.mockRestore());
    const { port } = await serve(new Hono().get('/', streamEvents(orders)));
    const client = await EventClient.connect(port, '/');
    await client.opened();
    const broken = expect(client.block()).rejects.toThrow('aborted');
    for (const end of ['', '-wal', '-shm']) rmSync(test.path + end);
    await broken;
    expect(told.mock.calls).toMatchObject([[{ code: 'HONKER_DATABASE_REPLACED' }]]);
  });

  it('is there from the start for a HEAD request and for a response that nobody reads', async () => {
    const app = new Hono().get('/', streamEvents(orders));
    expect((await app.request('/', { method: 'HEAD' })).status).toBe(200);
    const response = await app.request('/');
    orders.publish(1);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const text = async () => new TextDecoder().decode((await reader.read()).value);
    expect([await text(), await text()]).toEqual([':\n\n', 'id: 1\ndata: 1\n\n']);
    await reader.cancel();
  });
});

describe('what is wrong', () => {
  it('is refused when the route is made', () => {
    for (const wrong of [undefined, null, 'orders', {}, 5]) {
      expect(() => streamEvents(wrong as never)).toThrow('takes db.stream(topic), channel(');
    }
    expect(() => streamEvents(orders, { heartbeatS: 0 })).toThrow('heartbeatS must be a whole');
    expect(() => streamEvents(orders, { heartbeatS: 2 ** 31 })).toThrow('heartbeatS');
    expect(() => streamEvents(orders, { retryMs: -1 })).toThrow('retryMs');
  });
});

const connections = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));

/** What the other side does is seen some turns of the event loop later. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await setImmediate();
}

/** What is in use, garbage left out where it can be. */
async function memory(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
