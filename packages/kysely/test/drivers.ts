import { env } from 'node:process';
import type BetterSqlite3 from 'better-sqlite3';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** A connection, as its application has it. */
export interface Opened {
  /** What `honkerKysely()` is given. */
  raw: BetterSqlite3.Database;
  /** What SqliteDialect is given. */
  database: SqliteDatabase;
}

/** Opens a file with the driver that HONKER_TEST_DRIVER names; better-sqlite3 by default. */
export const open: (path: string) => Opened =
  env.HONKER_TEST_DRIVER === 'node:sqlite' ? await nodeSqlite() : await betterSqlite3();

async function betterSqlite3(): Promise<(path: string) => Opened> {
  const { default: Database } = await import('better-sqlite3');
  return (path) => {
    const raw = new Database(path);
    return { raw, database: raw };
  };
}

async function nodeSqlite(): Promise<(path: string) => Opened> {
  // By its name in a variable: neither the types nor the bundler of the tests know the module.
  const name = 'node:sqlite';
  const { DatabaseSync } = (await import(name)) as {
    DatabaseSync: new (path: string, options: object) => NodeSqliteDatabase;
  };
  return (path) => {
    const raw = new DatabaseSync(path, { allowExtension: true, timeout: 5000 });
    return { raw: raw as unknown as BetterSqlite3.Database, database: forKysely(raw) };
  };
}

interface NodeSqliteDatabase {
  close(): void;
  prepare(sql: string): {
    columns(): unknown[];
    all(...parameters: unknown[]): unknown[];
    run(...parameters: unknown[]): ReturnType<SqliteStatement['run']>;
    iterate(...parameters: unknown[]): IterableIterator<unknown>;
  };
}

function forKysely(database: NodeSqliteDatabase): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters),
        run: (parameters) => statement.run(...parameters),
        iterate: (parameters) => statement.iterate(...parameters),
      };
    },
  };
}
