import { env } from 'node:process';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type BetterSqlite3 from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';

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
  // By its name in a variable: the bundler of the tests knows no such built-in module on Node 20.
  const name = 'node:sqlite';
  const sqlite = (await import(name)) as typeof import('node:sqlite');
  return (path) => {
    const raw = new sqlite.DatabaseSync(path, { allowExtension: true, timeout: 5000 });
    return { raw: raw as unknown as BetterSqlite3.Database, database: forKysely(raw) };
  };
}

function forKysely(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}
