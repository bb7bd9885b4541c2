import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../workspace.js';
import {
  findPrograms,
  readiness,
  type Server,
  versionFolders,
  versionOf,
} from './server-program.js';

export const POSTGRES_IS_MISSING =
  'no initdb and postgres on PATH or in /usr/lib/postgresql. Debian and Ubuntu: apt-get install postgresql;' +
  ' macOS: brew install postgresql@17, and its bin folder into PATH.';

export const USER = 'postgres';
export const DATABASE = 'postgres';

/** For a server that was told to leave. */
const GONE_WITHIN_MS = 5000;

/** The folder of its programs, if they are on this machine. Debian puts them where PATH doesn't look. */
export function findPostgres(
  path?: string,
  folders = versionFolders('/usr/lib/postgresql').map((folder) => join(folder, 'bin')),
): string | undefined {
  return findPrograms(['initdb', 'postgres'], path === undefined ? { folders } : { path, folders });
}

/**
 * Makes a cluster with the default settings and starts it on a unix socket. It is stopped when the
 * benchmarks end.
 */
export async function startPostgres(workspace: Workspace, programs: string): Promise<Server> {
  const directory = join(workspace.directory, 'postgres');
  mkdirSync(directory);
  const owner = unprivilegedUser();
  if (owner) {
    // The folder's own permissions still keep others from reading what is in it.
    chmodSync(workspace.directory, 0o711);
    chownSync(directory, owner.uid, owner.gid);
  }
  const data = join(directory, 'data');
  const options: SpawnOptions = { cwd: directory, ...owner };
  initialise(join(programs, 'initdb'), data, options);
  const child = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${directory}`],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const pid = child.pid ?? 0;
  workspace.onExit(() => stop(pid, join(data, 'postmaster.pid')));
  if (child.stderr === null) throw new Error('PostgreSQL was started without a pipe for its log');
  await readiness(child, child.stderr, /ready to accept connections/);
  return { address: directory, pid, version: versionOf(join(programs, 'postgres')) };
}

function initialise(initdb: string, data: string, options: SpawnOptions): void {
  const { status, error, stderr } = spawnSync(
    initdb,
    // The log in English, for its first line to be understood; no wait for the disk for a new cluster.
    ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--lc-messages=C', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? stderr.trim()}`);
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const ask = (flag: string, user: string) => {
    const { status, stdout } = spawnSync('id', [flag, user], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : undefined;
  };
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = [ask('-u', user), ask('-g', user)];
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
}

/**
 * SIGQUIT is its immediate stop: unlike SIGKILL it ends the server's other processes and frees shared memory,
 * and what it doesn't write isn't needed again. Synchronous, since a process that exits can't wait.
 */
function stop(pid: number, pidFile: string): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    return; // it never ran, or has ended
  }
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const giveUpAt = performance.now() + GONE_WITHIN_MS;
  while (existsSync(pidFile) && performance.now() < giveUpAt) Atomics.wait(pause, 0, 0, 5);
  if (existsSync(pidFile)) process.kill(pid, 'SIGKILL');
}
