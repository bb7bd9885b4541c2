/** A worker process: `worker.js [file]`. Run as many as you like. */
import process from 'node:process';
import { open } from '@honker/core';
import { defineTasks } from './tasks.js';

const stopping = new AbortController();
// 'disconnect' comes to a process that main.js has forked, when that one has ended, or wants this one to.
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) {
  process.on(event, () => stopping.abort());
}
if (process.connected === false) stopping.abort(); // before there was a listener

const db = open(process.argv[2] ?? 'app.db');
defineTasks(db);
await db.runTasks({ concurrency: 4, signal: stopping.signal }); // those that run come to their end
db.close();
