import { type HonkerKysely, honkerKysely, type KyselyQueue } from '@honker/kysely';
import BetterSqlite3 from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { migrate } from './migrations.js';
import type { Tables } from './tables.js';

export interface Confirmation {
  orderId: number;
  email: string;
}

/** What each process opens: the API that places orders, and the workers that confirm them. */
export interface Shop {
  db: Kysely<Tables>;
  honker: HonkerKysely;
  confirmations: KyselyQueue<Confirmation>;
  close(): Promise<void>;
}

export async function openShop(path: string): Promise<Shop> {
  const database = new BetterSqlite3(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  const honker = await honkerKysely(db, database);
  await migrate(db);
  return {
    db,
    honker,
    confirmations: honker.queue<Confirmation>('confirmations', { visibilityTimeoutS: 30 }),
    async close() {
      await honker.close();
      await db.destroy();
    },
  };
}
