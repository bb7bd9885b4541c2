/** `npm start`: this process, Python and the sqlite3 shell share the queues of one file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extensionPath } from '@honker/native';
import { databasePath, openOffice, sendMails } from './office.js';
import { InterruptedError, missing, python, run, shell, shellArguments } from './tools.js';

const INTERRUPTED = 130;
const TURNOVER = [
  [100, 110, 120, 130],
  [80, 78, 76],
];
const FORECASTS = [140, 74];
const SENT = [
  { invoice: 1, kind: 'invoice', email: 'alice@example.com' },
  { invoice: 1, kind: 'reminder', email: 'alice@example.com' },
  { invoice: 2, kind: 'invoice', email: 'bob@example.com' },
  { invoice: 3, kind: 'invoice', email: 'carol@example.com' },
];

if (python === undefined || shell === undefined) {
  for (const line of missing) console.error(line);
  process.exit(1);
}
const commands = { python, shell };

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());

const folder = mkdtempSync(join(tmpdir(), 'python-and-shell-'));
const path = databasePath(folder);
const db = openOffice(folder);
const worker = sendMails(db);
worker.on('completed', (job) => console.log(`  typescript  mail ${job.id} sent`));

try {
  process.exitCode = (await share()) ? 0 : 1;
} catch (error) {
  const isInterrupted = error instanceof InterruptedError;
  if (!isInterrupted) console.error(error);
  process.exitCode = isInterrupted ? INTERRUPTED : 1;
} finally {
  await worker.stop();
  db.close();
  rmSync(folder, { recursive: true });
}

function runPython(program: string): Promise<void> {
  const file = fileURLToPath(new URL(`../python/${program}`, import.meta.url));
  return run(commands.python, ['-u', file, path, extensionPath()], interrupt.signal);
}

function runShell(script: string): Promise<void> {
  const file = fileURLToPath(new URL(`../shell/${script}`, import.meta.url));
  return run(commands.shell, shellArguments(path, `.read '${file}'`), interrupt.signal);
}

async function share(): Promise<boolean> {
  await runPython('invoices.py');
  await runShell('repair.sql');
  await runShell('remind.sql');

  const forecasts = db.queue<{ turnover: number[] }>('forecasts');
  const ids = forecasts.enqueueMany(TURNOVER.map((turnover) => ({ turnover })));
  console.log(`  typescript  enqueued forecasts ${ids.join(' and ')}`);
  await runPython('forecasts.py');
  const results = await Promise.all(ids.map((id) => forecasts.waitResult<number>(id)));
  console.log(`  typescript  the forecasts are ${results.join(' and ')}`);

  await untilSent(SENT.length);
  const sent = db.query('SELECT invoice, kind, email FROM sent ORDER BY invoice, kind');
  const left = db.queues().filter((queue) => queue.ready + queue.processing + queue.dead > 0);
  const isRight =
    JSON.stringify([sent, results]) === JSON.stringify([SENT, FORECASTS]) && left.length === 0;
  console.log(isRight ? '\n  each mail sent once, nothing left' : '\n  not as it should be');
  return isRight;
}

/** Waits, from commit to commit, until so many mails are sent. */
async function untilSent(count: number): Promise<void> {
  const commits = db.updateEvents({ signal: interrupt.signal });
  while (db.query('SELECT * FROM sent').length < count) {
    await commits.next();
    if (interrupt.signal.aborted) throw new InterruptedError();
  }
  await commits.return();
}
