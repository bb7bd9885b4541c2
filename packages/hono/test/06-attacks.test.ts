import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { enqueue, honkerApi, schemaValidator, streamEvents } from '@honker/hono';
import { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestDatabase } from '../../core/test/temporary-database.js';
import { EventClient } from './event-client.js';
import { serve } from './server.js';

let test: TestDatabase;
let port: number;
let server: Server;
beforeEach(async () => {
  test = new TestDatabase();
  const emails = test.db.queue<{ to: string }>('emails');
  const app = new Hono()
    .post(
      '/emails',
      enqueue(emails, schemaValidator('json', z.object({ to: z.string() })), (c) =>
        c.req.valid('json'),
      ),
    )
    .post(
      '/plain',
      enqueue(emails, (c) => c.req.json()),
    )
    .get('/events', streamEvents(test.db.stream('orders'), { from: 'start' }))
    .route('/honker', honkerApi(test.db, { authorize: 'public' }));
  ({ port, server } = await serve(app));
});

/** Unlike `once()`, it doesn't mind an error. */
const heard = (socket: Socket, event: string): Promise<void> =>
  new Promise((resolve) => socket.once(event, () => resolve()));

/** Sends bytes, and returns all that comes back until the server hangs up. */
async function send(...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  const closed = heard(socket, 'close');
  for (const part of parts) {
    if (!socket.destroyed && !socket.write(part)) {
      await Promise.race([heard(socket, 'drain'), closed]);
    }
  }
  await closed;
  return answer;
}

function head(path: string, headers: Record<string, string | number>, method = 'POST'): string {
  const all = {
    Host: 'localhost',
    Connection: 'close',
    'Content-Type': 'application/json',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

/** Nothing was enqueued, and the server serves. */
async function expectUnharmed(): Promise<void> {
  expect(test.db.queues()).toEqual([]);
  const client = await EventClient.connect(port, '/events');
  await client.opened();
  test.db.stream('orders').publish(1);
  expect(await client.data(1)).toEqual([1]);
  client.close();
}

async function untilNobodyIsConnected(): Promise<void> {
  const count = () =>
    new Promise<number>((resolve) => server.getConnections((_error, each) => resolve(each)));
  while ((await count()) > 0) await setImmediate();
}

const descriptors = () => readdirSync('/proc/self/fd').length;

describe('bodies', () => {
  it.each(['/emails', '/plain'])('that are malformed, to %s', async (path) => {
    for (const body of [
      '{',
      '}',
      '{"to":',
      '[1,',
      '"\ud800',
      '\u0000',
      'undefined',
      '{"to":"a"}{',
      'NaN',
    ]) {
      const answer = await send(head(path, { 'Content-Length': Buffer.byteLength(body) }), body);
      expect([body, statusOf(answer)]).toEqual([body, 400]);
    }
    await expectUnharmed();
  });

  it('that are deeply nested', async () => {
    const body = '['.repeat(100_000) + ']'.repeat(100_000);
    const answer = await send(head('/emails', { 'Content-Length': body.length }), body);
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
    expect(statusOf(answer)).toBeLessThan(500);
    await expectUnharmed();
  });

  it('of many megabytes, announced or not, are refused before they are read', async () => {
    const chunk = Buffer.alloc(2 ** 20, 'x');
    const announced = await send(head('/emails', { 'Content-Length': 64 * 2 ** 20 }), chunk, chunk);
    expect(statusOf(announced)).toBe(413);
    const frame = [Buffer.from('100000\r\n'), chunk, Buffer.from('\r\n')];
    const parts = Array.from({ length: 8 }, () => frame).flat();
    const chunked = await send(
      head('/emails', { 'Transfer-Encoding': 'chunked' }),
      ...parts,
      '0\r\n\r\n',
    );
    expect(statusOf(chunked)).toBe(413);
    await untilNobodyIsConnected();
    await expectUnharmed();
  });

  it('that end before they should', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        await once(socket, 'connect');
        socket.write(`${head('/emails', { 'Content-Length': 1000 })}{"to":`);
        return socket;
      }),
    );
    for (const socket of sockets) socket.destroy();
    await untilNobodyIsConnected();
    await expectUnharmed();
  });
});

describe('addresses', () => {
  it.each([
    '/honker/queues/q/jobs/%00',
    '/honker/queues/q/jobs/1%2F..%2F..',
    `/honker/queues/q/jobs/${'9'.repeat(40)}`,
    '/honker/queues/q/jobs?limit=1&limit=x&after=__proto__',
    '/honker/queues/q/jobs?after=1.2.3%00',
    `/events?lastEventId=${'1'.repeat(40)}`,
    '/events?lastEventId=%F0%9F%8E%89',
    '/events?lastEventId=1%0d%0aSet-Cookie:x',
  ])('that make no sense: %s', async (path) => {
    const answer = await send(head(path, {}, 'GET'));
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
    expect(statusOf(answer)).toBeLessThan(500);
    expect(answer.split('\r\n\r\n')[0]).not.toContain('Set-Cookie');
    await expectUnharmed();
  });

  it('queues that are named like what objects have', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const answer = await send(head(`/honker/queues/${name}`, {}, 'GET'));
      expect(answer).toContain(`"queue":"${name}","ready":0`);
    }
    await expectUnharmed();
  });
});

describe('connections', () => {
  const rounds = 20;
  const each = 100;

  /** Connects many clients, each gone at another moment of its request. */
  async function abortMany(): Promise<void> {
    const sockets: Socket[] = [];
    await Promise.all(
      Array.from({ length: each }, async (_, index) => {
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket);
        socket.on('error', () => {});
        await once(socket, 'connect');
        if (index % 4 === 0) return socket.destroy();
        socket.write(head('/events', {}, 'GET'));
        if (index % 4 === 1) return socket.destroy();
        if (index % 4 === 2) return socket.resetAndDestroy();
        await once(socket, 'data');
        return socket.destroy();
      }),
    );
    test.db.stream('orders').publish('something');
    await untilNobodyIsConnected();
  }

  it('thousands that are aborted leave nothing behind', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 3; round++) await abortMany();
    await settle();
    const [openBefore, memoryBefore] = [descriptors(), heap()];
    for (let round = 0; round < rounds; round++) await abortMany();
    await settle();
    expect(descriptors()).toBeLessThanOrEqual(openBefore);
    // Of 2,000 connections.
    expect(heap() - memoryBefore).toBeLessThan(4 * 2 ** 20);
    const reads = test.uses('%FROM _honker_stream%offset > ?2%');
    const events = test.db.updateEvents();
    test.db.queue('q').enqueue(1);
    await events.next();
    await events.return();
    expect(test.uses('%FROM _honker_stream%offset > ?2%')).toBe(reads);
  });
});

/** Time for what was aborted to be over: timers of the sockets, then garbage. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  globalThis.gc?.();
  await setImmediate();
  globalThis.gc?.();
}

const heap = () => process.memoryUsage().heapUsed;
