import { type ChildProcess, spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';

/** A server that runs for the benchmarks alone, until they end. */
export interface Server {
  /** What clients connect to. */
  address: string;
  pid: number;
  version: string;
}

const READY_WITHIN_MS = 30_000;

/** The folder that has all of these programs, PATH's first; nothing where none has. */
export function findPrograms(
  programs: readonly string[],
  { path = process.env.PATH ?? '', folders = [] as readonly string[] } = {},
): string | undefined {
  return [...path.split(delimiter), ...folders].find(
    (folder) => folder !== '' && programs.every((program) => isExecutable(join(folder, program))),
  );
}

/** The folders beneath one, the highest version first. */
export function versionFolders(parent: string): string[] {
  try {
    return readdirSync(parent)
      .sort((one, other) => Number(other) - Number(one))
      .map((version) => join(parent, version));
  } catch {
    return [];
  }
}

/** The first number with a dot in what it says of its version. */
export function versionOf(program: string): string {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return /\d+\.[\d.]*\d/.exec(stdout ?? '')?.[0] ?? 'of an unknown version';
}

/**
 * Waits for the line by which a server says that it may be connected to. Its end before that rejects
 * with what it said, as does its silence; its end after that ends the benchmarks, which would wait for it for ever.
 */
export function readiness(child: ChildProcess, output: Readable, line: RegExp): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    let isReady = false;
    const onEnd = (why: unknown) => {
      const error = new Error(`${child.spawnfile}: ${why}: ${said.trim()}`);
      clearTimeout(patience);
      if (!isReady) return reject(error);
      console.error(error.message);
      process.exit(1);
    };
    const patience = setTimeout(() => onEnd('it was not ready in time'), READY_WITHIN_MS);
    child.once('error', onEnd);
    child.once('exit', (code, signal) => onEnd(`it ended by ${signal ?? code}`));
    output.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
      if (isReady || !line.test(said)) return;
      isReady = true;
      clearTimeout(patience);
      // The benchmarks end when they are done, and the server with them.
      (output as Socket).unref();
      child.unref();
      resolve();
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
