import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The system's: that of a version manager is often built without extensions. */
const PYTHON = '/usr/bin/python3';

const probe = spawnSync(
  PYTHON,
  ['-c', 'import sqlite3; sqlite3.connect(":memory:").enable_load_extension'],
  { stdio: 'ignore' },
);

/** A name for a test that needs it: says why it is skipped. */
export const pythonIsMissing = probe.status !== 0 && `${PYTHON} loads no SQLite extensions`;

/** Runs one of the programs here and returns the JSON that it prints; one that hangs is ended. */
export function runPython(name: string, ...args: string[]): unknown {
  const program = fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(PYTHON, [program, ...args], {
    encoding: 'utf8',
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}\n${stderr}`);
  return JSON.parse(stdout);
}
