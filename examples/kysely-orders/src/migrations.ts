import { type Kysely, type Migration, Migrator, sql } from 'kysely';

/** The application's own tables. honker makes its own by itself. */
const migrations: Record<string, Migration> = {
  '001-orders': {
    async up(db: Kysely<never>) {
      await db.schema
        .createTable('products')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('stock', 'integer', (column) => column.notNull().check(sql`stock >= 0`))
        .execute();
      await db.schema
        .createTable('orders')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('email', 'text', (column) => column.notNull())
        .addColumn('product', 'text', (column) => column.notNull().references('products.name'))
        .addColumn('quantity', 'integer', (column) => column.notNull().check(sql`quantity > 0`))
        .execute();
    },
  },
  '002-confirmations': {
    async up(db: Kysely<never>) {
      await db.schema
        .createTable('confirmations')
        .addColumn('order_id', 'integer', (column) => column.primaryKey().references('orders.id'))
        .addColumn('text', 'text', (column) => column.notNull())
        .execute();
    },
  },
};

export async function migrate<Tables>(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
