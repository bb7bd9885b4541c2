/**
 * What many clients of one stream cost: queries for each commit, memory, and how late the last of them hears.
 *
 *   node packages/hono/scripts/measure-clients.mjs [clients] [commits]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { open } from '@honker/core';
import { streamEvents } from '@honker/hono';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const READS = '%FROM _honker_stream INDEXED BY _honker_ix_topic WHERE topic = ?1 AND offset > ?2%';

const [clients = 1000, commits = 200, port] = process.argv.slice(2).map(Number);
// The clients are a process of their own: the same program, told where the server is.
if (port) await beClients(port, clients);
else await measure(clients, commits);

async function measure(clientCount, commitCount) {
  const folder = mkdtempSync(join(tmpdir(), 'honker-clientCount-'));
  const db = open(join(folder, 'app.db'));
  const stream = db.stream('orders');
  const app = new Hono().get('/', streamEvents(stream));
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const rssBefore = process.memoryUsage().rss;
  const address = server.address();
  const args = [clientCount, commitCount, address.port].map(String);
  const child = fork(new URL(import.meta.url), args);
  await once(child, 'message');
  const reads = () =>
    db.query('SELECT uses FROM honker_statements WHERE sql LIKE ?', [READS])[0]?.uses ?? 0;
  const perClient = (process.memoryUsage().rss - rssBefore) / clientCount / 1024;

  const before = reads();
  const delays = [];
  for (let n = 0; n < commitCount; n++) {
    const started = performance.now();
    const heard = once(child, 'message');
    stream.publish({ id: n, item: 'book', customer: 'alice@example.com', cents: 2950 });
    await heard;
    delays.push(performance.now() - started);
    // Until the wake of this commit is over, too.
    await setTimeout(5);
  }
  delays.sort((a, b) => a - b);
  const at = (share) => delays[Math.floor(delays.length * share)].toFixed(1);
  console.log(`${clientCount} clients, ${commitCount} commits`);
  console.log(`queries for each commit: ${((reads() - before) / commitCount).toFixed(2)}`);
  console.log(`memory for each client: ${perClient.toFixed(0)} KB`);
  console.log(`until the last client has it: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);

  child.kill();
  await once(child, 'close');
  db.close();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
}

/** In a process of its own: tells when all are connected, and then each time that all have heard an event. */
async function beClients(serverPort, count) {
  let left = count;
  const hear = () => {
    left--;
    if (left > 0) return;
    left = count;
    process.send('all');
  };
  for (let n = 0; n < count; n++) {
    const socket = connect(serverPort, '127.0.0.1');
    await once(socket, 'connect');
    socket.setEncoding('utf8').on('data', (text) => {
      // The opening comment counts as the first.
      if (text.includes(':\n\n') || text.includes('data: ')) hear();
    });
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  }
}
