import { fileURLToPath } from 'node:url';
import { type HonkerDrizzle, honkerDrizzle } from '@honker/drizzle';
import BetterSqlite3 from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { z } from 'zod';

const migrationsFolder = fileURLToPath(new URL('../drizzle', import.meta.url));

export interface Database {
  db: BetterSQLite3Database & { $client: BetterSqlite3.Database };
  honker: HonkerDrizzle;
}

/** Opens the file as each process of the application does: with its migrations applied, and with honker. */
export function openDatabase(path: string): Database {
  const client = new BetterSqlite3(path);
  client.pragma('journal_mode = WAL');
  client.pragma('synchronous = NORMAL');
  client.pragma('foreign_keys = ON');
  const db = drizzle({ client });
  migrate(db, { migrationsFolder });
  return { db, honker: honkerDrizzle(db) };
}

export function closeDatabase({ db, honker }: Database): void {
  honker.close();
  db.$client.close();
}

/** The one queue, as both processes see it. */
export function confirmationQueue(honker: HonkerDrizzle) {
  return honker.queue('confirmations', {
    schema: z.object({ orderId: z.number(), email: z.string() }),
    visibilityTimeoutS: 2,
  });
}
