/** Each driver of Drizzle's: how its database is opened, and where it runs. */

/**
 * @typedef {object} Driver
 * @property {string} name
 * @property {boolean} isAsync
 * @property {'node' | 'node24' | 'bun'} runtime
 * @property {readonly string[]} majors of drizzle-orm that have it
 * @property {(drizzle: Function, path: string) => any} open
 * @property {(db: any) => any} useWal
 */

const pragma = 'PRAGMA journal_mode = WAL';

/** @type {readonly Driver[]} */
export const drivers = [
  {
    name: 'better-sqlite3',
    isAsync: false,
    runtime: 'node',
    majors: ['0.45', '1.0'],
    open: (drizzle, path) => drizzle(path),
    useWal: (db) => db.$client.pragma('journal_mode = WAL'),
  },
  {
    name: 'libsql',
    isAsync: true,
    runtime: 'node',
    majors: ['0.45', '1.0'],
    open: (drizzle, path) => drizzle({ connection: { url: `file:${path}`, timeout: 5000 } }),
    useWal: (db) => db.$client.execute(pragma),
  },
  {
    name: 'node-sqlite',
    isAsync: false,
    runtime: 'node24',
    majors: ['1.0'],
    open: (drizzle, path) => drizzle({ connection: { path, allowExtension: true } }),
    useWal: (db) => db.$client.exec(pragma),
  },
  {
    name: 'bun-sqlite',
    isAsync: false,
    runtime: 'bun',
    majors: ['0.45', '1.0'],
    open: (drizzle, path) => drizzle(path),
    useWal: (db) => db.$client.exec(pragma),
  },
];

/** @param {string} name */
export function driverNamed(name) {
  const driver = drivers.find((each) => each.name === name);
  if (!driver) throw new Error(`there is no driver called ${name}`);
  return driver;
}
