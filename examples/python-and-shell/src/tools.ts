import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { extensionPath } from '@honker/native';

const PYTHON_CHECK = `
import sqlite3, sys
sqlite3.connect(":memory:").enable_load_extension(True)
sys.exit(sqlite3.sqlite_version_info < (3, 38))`;

const runs = (command: string, args: string[]) => spawnSync(command, args).status === 0;

/** A Python whose sqlite3 loads extensions: pyenv's, python.org's for macOS and others are built without. */
export const python = ['python3', '/usr/bin/python3', 'python'].find((command) =>
  runs(command, ['-c', PYTHON_CHECK]),
);

/** The arguments of a sqlite3 shell that loads the extension first. */
export function shellArguments(database: string, ...commands: string[]): string[] {
  return ['-bail', '-cmd', `.load '${extensionPath()}'`, database, ...commands];
}

/** A sqlite3 shell that loads extensions: that of macOS is built without. */
export const shell = ['sqlite3'].find((command) =>
  runs(command, shellArguments(':memory:', 'SELECT honker_version()')),
);

/** What to install, a line each; nothing where all is there. */
export const missing: string[] = [];
if (python === undefined) {
  missing.push(
    'no Python here loads SQLite extensions (pyenv: PYTHON_CONFIGURE_OPTS=' +
      '--enable-loadable-sqlite-extensions pyenv install …): apt-get install python3, brew install python',
  );
}
if (shell === undefined) {
  missing.push(
    'no sqlite3 shell here loads extensions, or it is older than SQLite 3.38: ' +
      'apt-get install sqlite3, brew install sqlite',
  );
}

/** By Ctrl-C, which each process of a terminal gets: a child's end may be seen before the signal of one's own. */
export class InterruptedError extends Error {}

/**
 * Runs a command to its end; what it prints is seen.
 *
 * @throws {InterruptedError} when `signal`, which ends it, or Ctrl-C has.
 * @throws {Error} unless its exit code is 0.
 */
export async function run(command: string, args: string[], signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new InterruptedError();
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const end = () => child.kill();
  signal.addEventListener('abort', end);
  const [code, killedBy] = await once(child, 'exit');
  signal.removeEventListener('abort', end);
  if (signal.aborted || killedBy === 'SIGINT') throw new InterruptedError();
  if (code !== 0) throw new Error(`${command} ended with ${killedBy ?? `exit code ${code}`}`);
}
