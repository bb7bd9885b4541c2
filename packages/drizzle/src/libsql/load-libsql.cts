/** A connection of the `libsql` package, which @libsql/client is made of. */
export interface LibsqlDatabase {
  readonly open: boolean;
  readonly inTransaction: boolean;
  prepare(sql: string): { raw(): LibsqlStatement };
  exec(sql: string): void;
  loadExtension(path: string): void;
  close(): void;
}

/** A prepared statement that returns rows as arrays. */
export interface LibsqlStatement {
  all(parameters: readonly unknown[]): unknown[][];
}

/**
 * The `libsql` of the @libsql/client that Drizzle uses, and so the SQLite library that the client's connections
 * are of. CommonJS in both builds: an ES module can't resolve from another one's place.
 *
 * @throws {Error} MODULE_NOT_FOUND where it isn't installed.
 */
export function loadLibsql(): new (path: string) => LibsqlDatabase {
  const drizzle = require.resolve('drizzle-orm');
  const client = require.resolve('@libsql/client', { paths: [drizzle] });
  return require(require.resolve('libsql', { paths: [client] }));
}
