import { type HonkerDrizzle, honkerDrizzle } from '@honker/drizzle';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { CREATE_TABLES } from './schema.js';

/** The shop's one connection: Drizzle's, and honker's on it. */
export class ShopDatabase implements OnApplicationShutdown {
  readonly client: Database.Database;
  readonly db: BetterSQLite3Database & { $client: Database.Database };
  readonly honker: HonkerDrizzle;

  constructor(path = process.env.DATABASE ?? 'shop.db') {
    this.client = new Database(path);
    this.client.pragma('journal_mode = WAL');
    this.client.exec(CREATE_TABLES);
    this.db = drizzle({ client: this.client });
    this.honker = honkerDrizzle(this.db);
  }

  /** The last of the hooks: no job runs any more. */
  onApplicationShutdown(): void {
    this.honker.database.close();
    this.client.close();
  }
}

@Module({
  providers: [{ provide: ShopDatabase, useFactory: () => new ShopDatabase() }],
  exports: [ShopDatabase],
})
export class DatabaseModule {}
