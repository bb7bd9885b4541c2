import { describe, expect, it } from 'vitest';
import { temporaryPath } from '../../core/test/temporary-database.js';
import { EventClient } from './event-client.js';
import { missing, projectFor, RunningServer, runtimes } from './runtimes.js';

for (const runtime of runtimes) {
  const why = missing(runtime);
  describe.skipIf(why)(`on ${runtime.name}${why ? ` (skipped: ${why})` : ''}`, () => {
    const send = async (port: number, path: string, body: string, method = 'POST') => {
      const headers = { 'Content-Type': 'application/json', Connection: 'close' };
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers,
        ...(method === 'GET' ? {} : { body }),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };

    it('enqueues, streams, resumes, and ends', { timeout: 60_000 }, async () => {
      const path = temporaryPath();
      const project = projectFor(runtime);
      const server = await RunningServer.start(runtime, project, path);
      const { port } = server;

      const accepted = await send(port, '/emails', '{"to":"alice"}');
      expect([accepted.status, accepted.text]).toEqual([202, '{"id":1,"queue":"emails"}']);
      expect(accepted.headers.get('Location')).toBe('/emails/1');
      expect((await send(port, '/emails', '{"to":')).status).toBe(400);
      const page = await send(port, '/honker/queues/emails/jobs', '', 'GET');
      expect(JSON.parse(page.text)).toMatchObject({
        jobs: [{ payload: { to: 'alice' } }],
        next: null,
      });
      expect((await send(port, '/honker/queues/emails/jobs/x', '', 'GET')).status).toBe(400);

      const first = await (await EventClient.connect(port, '/orders')).opened();
      const news = await (await EventClient.connect(port, '/news')).opened();
      expect(await first.block()).toEqual({ isComment: true });
      for (const order of [1, 2, 3]) await send(port, '/orders', String(order));
      expect(await first.data(3)).toEqual([1, 2, 3]);
      expect(await news.data(3)).toEqual([1, 2, 3]);
      first.close();
      news.close();
      expect((await send(port, '/orders?lastEventId=x', '', 'GET')).status).toBe(400);

      const second = await EventClient.connect(port, '/orders', { 'Last-Event-ID': '2' });
      expect(await second.events(1)).toEqual([{ id: '3', data: 3 }]);
      const ended = untilTheEnd(second);
      expect(await server.stop()).toEqual({ code: 0, errors: '' });
      await ended;

      const restarted = await RunningServer.start(runtime, project, path);
      await send(restarted.port, '/orders', '4');
      const third = await EventClient.connect(restarted.port, '/orders', { 'Last-Event-ID': '3' });
      expect(await third.events(1)).toEqual([{ id: '4', data: 4 }]);
      third.close();
      expect((await restarted.stop()).code).toBe(0);
    });
  });
}

async function untilTheEnd(client: EventClient): Promise<void> {
  let block = await client.block();
  while (block !== undefined) block = await client.block();
}
