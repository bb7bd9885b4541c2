/** The SQLite that a program uses: better-sqlite3, or what its runtime has. */
export type Driver = 'better-sqlite3' | 'node:sqlite' | 'bun:sqlite';

/** What the programs use of a connection; all three drivers have it. */
export interface Connection {
  loadExtension(path: string): unknown;
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}

export interface Statement {
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
}

type Open = new (path: string, options?: object) => Connection;

export async function connect(driver: Driver, path: string): Promise<Connection> {
  const exports = await load<Record<'default' | 'Database' | 'DatabaseSync', Open>>(driver);
  if (driver === 'better-sqlite3') return new exports.default(path);
  if (driver === 'bun:sqlite') return new exports.Database(path);
  return new exports.DatabaseSync(path, { allowExtension: true, timeout: 5000 });
}

/** A module by a name that the types of some runtimes and versions don't know. */
export async function load<Exports>(name: string): Promise<Exports> {
  return await import(name);
}
