import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { atEnd } from '../../core/test/cleanup.js';

/** An application behind a real socket, until the end of the test. */
export async function serve(app: {
  fetch: (request: Request) => Response | Promise<Response>;
}): Promise<{ port: number; server: Server }> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  // Node's HTTP keeps the date of the second in a timer, which the next test would be blamed for.
  server.prependListener('request', (_request, response) => {
    response.sendDate = false;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(async () => {
    server.closeAllConnections();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, server };
}
