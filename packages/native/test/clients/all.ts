import { betterSqlite3 } from './better-sqlite3.js';
import type { ClientKind } from './client.js';
import { python } from './python.js';
import { shell } from './shell.js';

const every: Readonly<Record<string, ClientKind>> = {
  'better-sqlite3': betterSqlite3,
  shell,
  python,
};

/** Those that HONKER_TEST_CLIENTS names, separated by commas; all of them without it. */
export function chosenClients(): ClientKind[] {
  const names = process.env.HONKER_TEST_CLIENTS?.split(',') ?? Object.keys(every);
  return names.map((name) => {
    const kind = every[name];
    if (!kind) throw new Error(`HONKER_TEST_CLIENTS: no client is called ${name}`);
    return kind;
  });
}
