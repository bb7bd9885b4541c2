import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Database, FailError, type Job, open } from '@honker/core';
import { drain, temporaryDatabase } from '@honker/core/testing';
import { connect, type Driver } from './connect.js';

interface Email {
  to: string;
}

export async function run(driver: Driver): Promise<void> {
  // What open() finds by itself in a process where better-sqlite3 is installed, or Bun's or Deno's own.
  await use(open('core.db'));
  const connection = await connect(driver, 'core-adopted.db');
  connection.exec('PRAGMA journal_mode = WAL');
  await use(open(connection as never));
  connection.close();

  const tests = temporaryDatabase();
  tests.queue('emails').enqueue({ to: 'alice@example.com' });
  assert.equal((await drain(tests.queue('emails'), () => undefined)).completed.length, 1);
  tests.close();
}

async function use(db: Database): Promise<void> {
  const emails = db.queue<Email>('emails');
  db.transaction((tx) => {
    tx.execute('CREATE TABLE orders (email TEXT)');
    tx.execute('INSERT INTO orders VALUES (?)', ['alice@example.com']);
    emails.enqueueTx(tx, { to: 'alice@example.com' });
  });
  const handled: string[] = [];
  const worker = emails.work((job) => void handled.push(job.payload.to));
  await once(worker, 'completed');
  // The worker is idle now, and has to hear of this commit.
  emails.enqueue({ to: 'bob@example.com' });
  await once(worker, 'completed');
  await worker.stop();
  assert.deepEqual(handled, ['alice@example.com', 'bob@example.com']);
  db.close();
}

export function types(db: Database): void {
  const emails = db.queue<Email>('emails', { visibilityTimeoutS: 300 });
  const id: number = emails.enqueue({ to: 'alice@example.com' });
  const to: string | undefined = emails.claimOne('w')?.payload.to;
  const handler = async (job: Job<Email>, { signal }: { signal: AbortSignal }) => {
    if (signal.aborted) throw new FailError(job.payload.to);
  };
  emails.work(handler, { concurrency: 10 });
  void [id, to];
  // @ts-expect-error the payload has a type
  emails.enqueue({ to: 1 });
  // @ts-expect-error there is no such option
  emails.work(handler, { concurency: 10 });
}
