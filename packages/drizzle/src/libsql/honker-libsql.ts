import { type Database, HonkerError, type OpenOptions } from '@honker/core';
import { extensionPath, NO_MEMORY, openAsync, queries } from '@honker/core/adapter';
import type { AsyncHonkerDrizzle } from '../async-honker.js';
import type { Transactional } from '../handle.js';
import { Handles } from '../handles.js';
import { HonkerDrizzle } from '../honker.js';
import { Transactions } from '../transactions.js';
import type { LibsqlClient } from './client.js';
import { LibsqlConnection } from './libsql-connection.js';
import { LibsqlTransaction } from './libsql-transaction.js';
import { type LibsqlDatabase, loadLibsql } from './load-libsql.cjs';

/**
 * honker on Drizzle's libsql. The client keeps a pool of connections and loads no extension, so honker opens one
 * of its own, loads the extension there, and has SQLite load it into each connection that the pool opens. What
 * is handed a transaction runs on that; all else on honker's own connection.
 */
export async function honkerLibsql(
  db: Transactional,
  client: LibsqlClient,
  options?: OpenOptions,
): Promise<AsyncHonkerDrizzle> {
  const path = await pathOf(client);
  const database = openBeside(path);
  try {
    await loadIntoPool(client);
    const transactions = Transactions.of(db, 'asynchronous');
    const connection = new LibsqlConnection(path, client, database, () => transactions.isInside());
    const core: unknown = await openAsync(connection, options);
    const handles = new Handles(transactions, (tx) => new LibsqlTransaction(tx, transactions));
    const honker: unknown = new HonkerDrizzle(core as Database, handles);
    return honker as AsyncHonkerDrizzle;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function pathOf(client: LibsqlClient): Promise<string> {
  if (client.protocol !== 'file') {
    throw new TypeError(
      `honker needs a database file: its extension can't be loaded into the server that this client reaches by ` +
        client.protocol,
    );
  }
  const { rows } = await client.execute(
    "SELECT file FROM pragma_database_list WHERE name = 'main'",
  );
  const { file } = rows[0] as { file: string };
  if (file === '') throw new TypeError(NO_MEMORY);
  return file;
}

function openBeside(path: string): LibsqlDatabase {
  const database = new (requireLibsql())(path);
  try {
    database.loadExtension(extensionPath());
    database.prepare(queries.autoLoad().sql).raw().all([]);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function requireLibsql(): ReturnType<typeof loadLibsql> {
  try {
    return loadLibsql();
  } catch (cause) {
    throw new HonkerError(
      'HONKER_DRIVER_NOT_FOUND',
      'honkerDrizzle() could not load libsql, which @libsql/client is made of: npm install @libsql/client',
      { cause },
    );
  }
}

/** The connections that the pool has open already are replaced, once. */
async function loadIntoPool(client: LibsqlClient & { [LOADED]?: true }): Promise<void> {
  if (client[LOADED]) return;
  await client.reconnect();
  await client.execute(queries.version().sql);
  Object.defineProperty(client, LOADED, { value: true });
}

/** Marks a client all of whose connections have the extension. */
const LOADED = Symbol.for('honker.drizzle.loaded');
