import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../workspace.js';
import { findPrograms, readiness, type Server, versionOf } from './server-program.js';

const PROGRAM = 'redis-server';

export const REDIS_IS_MISSING =
  'no redis-server on PATH. Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis.';

/** How Redis keeps its data: `aof` is what BullMQ's documentation advises, `none` loses all at a restart. */
export type Persistence = 'aof' | 'none';

const PERSISTENCE: Record<Persistence, readonly string[]> = {
  // Flushed once a second: what a crash of the machine loses.
  aof: ['--appendonly', 'yes', '--appendfsync', 'everysec'],
  none: ['--appendonly', 'no'],
};

/** The program, if it is on this machine. */
export function findRedis(path?: string): string | undefined {
  const folder = findPrograms([PROGRAM], path === undefined ? {} : { path });
  return folder && join(folder, PROGRAM);
}

/** Starts a Redis of its own, on a unix socket. It is killed when the benchmarks end. */
export async function startRedis(
  workspace: Workspace,
  program: string,
  persistence: Persistence,
): Promise<Server> {
  const directory = join(workspace.directory, `redis-${persistence}`);
  mkdirSync(directory);
  const socket = join(directory, 'redis.sock');
  const child = spawn(
    program,
    [
      ...['--port', '0', '--unixsocket', socket, '--dir', directory],
      // No snapshots: they come at minutes' distance, by chance in one row or another.
      ...['--save', '', ...PERSISTENCE[persistence]],
      // The one setting that BullMQ insists on.
      ...['--maxmemory-policy', 'noeviction'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  workspace.adopt(child);
  // Redis 7.0 says "The server is now ready …" of a unix socket, later ones "Ready …".
  await readiness(child, child.stdout, /ready to accept connections/i);
  return { address: socket, pid: child.pid ?? 0, version: versionOf(program) };
}
