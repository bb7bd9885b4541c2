import { join } from 'node:path';
import { type Database, FailError, open, type Worker } from '@honker/core';

/** What Python and the shell enqueue. */
export interface Mail {
  invoice: number;
  kind: 'invoice' | 'reminder';
}

export function databasePath(folder: string): string {
  return join(folder, 'office.db');
}

export function openOffice(folder: string): Database {
  const db = open(databasePath(folder));
  db.transaction((tx) => {
    tx.execute(
      'CREATE TABLE IF NOT EXISTS invoices (id INTEGER PRIMARY KEY, email TEXT, cents INTEGER)',
    );
    tx.execute('CREATE TABLE IF NOT EXISTS sent (invoice INTEGER, kind TEXT, email TEXT)');
  });
  return db;
}

/** Sends the mails, whoever enqueued them. The result and the event are for whoever wants to know. */
export function sendMails(db: Database): Worker<Mail> {
  const sent = db.stream<Mail>('sent');
  return db.queue<Mail>('mails').work((job) => {
    const { invoice, kind } = job.payload;
    const [row] = db.query<{ email: string }>('SELECT email FROM invoices WHERE id = ?', [invoice]);
    const email = row?.email ?? '';
    if (!email.includes('@')) throw new FailError(`not an address: "${email}"`);
    db.transaction((tx) => {
      tx.execute('INSERT INTO sent VALUES (?, ?, ?)', [invoice, kind, email]);
      sent.publishTx(tx, { invoice, kind });
      db.saveResultTx(tx, job.id, { email }, 3600);
      job.ackTx(tx);
    });
  });
}
