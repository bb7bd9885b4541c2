import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type HonkerTables, honkerKysely } from '@honker/kysely';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { type Connection, connect, type Driver } from './connect.js';

export async function run(driver: Driver): Promise<void> {
  const connection = await connect(driver, 'kysely.db');
  connection.exec('PRAGMA journal_mode = WAL');
  const database = driver === 'better-sqlite3' ? connection : asKyselyExpects(connection);
  const db = new Kysely<HonkerTables>({
    dialect: new SqliteDialect({ database: database as never }),
  });
  const honker = await honkerKysely(db, connection as never);
  const emails = honker.queue<{ order: number }>('emails');

  await db.transaction().execute(async (trx) => {
    await sql`CREATE TABLE orders (id INTEGER)`.execute(trx);
    await emails.enqueue(trx, { order: 42 });
  });
  const outside = db.transaction().execute(() => emails.enqueue(db, { order: 43 }));
  await assert.rejects(outside, /queue\.enqueue\(trx, …\)/);
  const rows = await db.selectFrom('_honker_live').select('payload').execute();
  assert.deepEqual(
    rows.map(({ payload }) => payload),
    ['{"order":42}'],
  );

  const handled: number[] = [];
  const worker = emails.work((job) => void handled.push(job.payload.order));
  await once(worker, 'completed');
  assert.deepEqual(handled, [42]);
  await worker.stop();
  await honker.close();
  await db.destroy();
}

interface Statement {
  /** bun:sqlite's; node:sqlite has a method. */
  columnNames?: string[];
  columns(): unknown[];
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): unknown;
  iterate(...parameters: unknown[]): IterableIterator<unknown>;
}

/** What the package's README shows for node:sqlite. */
function asKyselyExpects(connection: Connection): object {
  return {
    close: () => connection.close(),
    prepare(text: string) {
      const statement = connection.prepare(text) as unknown as Statement;
      return {
        reader: (statement.columnNames ?? statement.columns()).length > 0,
        all: (parameters: unknown[]) => statement.all(...parameters),
        run: (parameters: unknown[]) => statement.run(...parameters),
        iterate: (parameters: unknown[]) => statement.iterate(...parameters),
      };
    },
  };
}

export async function types(
  db: Kysely<HonkerTables>,
  database: Parameters<typeof honkerKysely>[1],
): Promise<void> {
  const honker = await honkerKysely(db, database);
  const queue = honker.queue<{ order: number }>('emails');
  const id: number = await db.transaction().execute((trx) => queue.enqueue(trx, { order: 1 }));
  const rows = await db.selectFrom('_honker_live').select('payload').execute();
  const payload: string | undefined = rows[0]?.payload;
  void [id, payload];
  // @ts-expect-error the payload has a type
  await queue.enqueue(db, { order: 'one' });
  // @ts-expect-error the transaction comes first
  await queue.enqueue({ order: 1 });
}
