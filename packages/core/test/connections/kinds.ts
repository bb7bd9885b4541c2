/** The ways of connecting that the contract is checked through. Runs as it stands on Node ≥ 24, Bun and Deno. */
import { createRequire } from 'node:module';
import { type AsyncDatabase, open } from '@honker/core';
import { type ForeignTransaction, openAsync, runInTransaction } from '@honker/core/adapter';
import { PromisedConnection } from './promised-connection.ts';

const require = createRequire(import.meta.url);

/** A connection of the application's own, beside honker. */
export interface RawDatabase {
  exec(sql: string): void;
  rows(sql: string): Record<string, unknown>[];
  close(): void;
  /** The driver's own object. */
  readonly handle: object;
}

/** One way of connecting. Its databases are used with `await`, which suits those that answer at once, too. */
export interface Kind {
  readonly name: string;
  readonly isAsync: boolean;
  openRaw(path: string, mode?: 'readonly' | 'no-extensions'): RawDatabase;
  /** honker, on the application's connection. */
  adopt(raw: RawDatabase): Promise<AsyncDatabase>;
  /** What `enqueueTx()` and its like take while a transaction is open on the connection. */
  transactionOf(raw: RawDatabase): ForeignTransaction;
}

/** On a synchronous connection, too: `await` takes what isn't a promise. */
export const awaited = (db: unknown): AsyncDatabase => db as AsyncDatabase;

const synchronous = (name: string, openRaw: Kind['openRaw']): Kind => ({
  name,
  isAsync: false,
  openRaw,
  adopt: async (raw) => awaited(open(raw.handle as never)),
  transactionOf: (raw) => raw.handle as never,
});

const betterSqlite3: Kind['openRaw'] = (path, mode) => {
  const Database = require('better-sqlite3');
  const db = new Database(path, { readonly: mode === 'readonly' });
  return {
    handle: db,
    exec: (sql) => db.exec(sql),
    rows: (sql) => db.prepare(sql).all(),
    close: () => db.close(),
  };
};

const nodeSqlite: Kind['openRaw'] = (path, mode) => {
  const { DatabaseSync } = require('node:sqlite');
  const db = new DatabaseSync(path, {
    readOnly: mode === 'readonly',
    allowExtension: mode !== 'no-extensions',
  });
  return {
    handle: db,
    exec: (sql) => db.exec(sql),
    rows: (sql) => db.prepare(sql).all(),
    close: () => db.close(),
  };
};

const bunSqlite: Kind['openRaw'] = (path, mode) => {
  const { Database } = require('bun:sqlite');
  const db = mode === 'readonly' ? new Database(path, { readonly: true }) : new Database(path);
  return {
    handle: db,
    exec: (sql) => db.run(sql),
    // Not query(): a cached statement of the application's keeps the file open, whatever honker does.
    rows(sql) {
      const statement = db.prepare(sql);
      const rows = statement.all();
      statement.finalize();
      return rows;
    },
    close: () => db.close(),
  };
};

const promised: Kind = {
  name: 'promises',
  isAsync: true,
  openRaw: betterSqlite3,
  adopt: (raw) => openAsync(new PromisedConnection(raw.handle as never)),
  transactionOf: (raw) =>
    ({
      async [runInTransaction](query: {
        sql: string;
        parameters: readonly unknown[];
        decode(value: unknown): never;
      }) {
        const statement = (
          raw.handle as never as import('./promised-connection.ts').Handle
        ).prepare(query.sql);
        return query.decode(statement.pluck(true).get(...query.parameters));
      },
    }) as never,
};

export const kinds = {
  'better-sqlite3': synchronous('better-sqlite3', betterSqlite3),
  'node:sqlite': synchronous('node:sqlite', nodeSqlite),
  'bun:sqlite': synchronous('bun:sqlite', bunSqlite),
  promises: promised,
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
