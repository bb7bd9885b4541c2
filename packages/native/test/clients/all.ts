import { betterSqlite3 } from './better-sqlite3.js';
import { cClient } from './c-client.js';
import type { ClientKind } from './client.js';
import { python } from './python.js';
import { bun, deno, node24 } from './runtimes.js';
import { shell } from './shell.js';

const every: Readonly<Record<string, ClientKind>> = {
  'better-sqlite3': betterSqlite3,
  shell,
  python,
  node24,
  bun,
  deno,
  c: cClient,
};

/** Those that HONKER_TEST_CLIENTS names, separated by commas; all of them without it. */
export function chosenClients(): ClientKind[] {
  const names = process.env.HONKER_TEST_CLIENTS?.split(',') ?? Object.keys(every);
  return names.map((name) => {
    const kind = every[name];
    if (!kind) throw new Error(`HONKER_TEST_CLIENTS: no client is called ${name}`);
    if (process.env.HONKER_TEST_CLIENTS && kind.unavailable) {
      throw new Error(`HONKER_TEST_CLIENTS: ${name}: ${kind.unavailable}`);
    }
    return kind;
  });
}
