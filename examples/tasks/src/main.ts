/** `main.js [file]`: starts a worker process, and calls tasks that it runs. Without a file, in a temporary one. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { open } from '@honker/core';
import { callTasks } from './call.js';
import { Site } from './site.js';
import { defineTasks } from './tasks.js';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopping.abort());

const folder = mkdtempSync(join(tmpdir(), 'tasks-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const path = process.argv[2] ?? join(folder, 'app.db');
const db = open(path);
const site = new Site();
const url = await site.listen();
const worker = fork(new URL('./worker.js', import.meta.url), [path]);
const workerEnded = once(worker, 'exit');
try {
  await callTasks(defineTasks(db), url, stopping.signal);
} catch (error) {
  if (!stopping.signal.aborted) console.error(error);
  process.exitCode = stopping.signal.aborted ? 130 : 1;
}

site.close();
if (worker.connected) worker.disconnect();
await workerEnded;
db.close();
