import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Program } from '../../packages/core/test/program.js';
import { temporaryDirectory } from '../../packages/core/test/temporary-database.js';
import { findPostgres } from '../src/peers/postgres-server.js';
import { findRedis } from '../src/peers/redis-server.js';
import type { Server } from '../src/peers/server-program.js';

interface Started {
  directory: string;
  servers: Server[];
}

const areFound = findRedis() !== undefined || findPostgres() !== undefined;

/** The servers' processes: their own, and those that they started. */
function processesOf(servers: readonly Server[]): string[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, parent]) =>
      servers.some((server) => String(server.pid) === pid || String(server.pid) === parent),
    )
    .map(([pid = '']) => pid);
}

/** What has ended may stay a zombie where the first process of the machine doesn't reap. */
function isRunning(pid: string): boolean {
  try {
    return !/^Z/.test(execFileSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).trim());
  } catch {
    return false;
  }
}

/** A process that has done its last work may take a moment to be gone. */
const GONE_WITHIN_MS = 2000;

async function lastingOf(processes: readonly string[]): Promise<string[]> {
  const giveUpAt = performance.now() + GONE_WITHIN_MS;
  let lasting = processes.filter(isRunning);
  while (lasting.length > 0 && performance.now() < giveUpAt) {
    await setImmediate();
    lasting = lasting.filter(isRunning);
  }
  return lasting;
}

const SHARED_MEMORY = '/dev/shm';
const sharedMemory = () =>
  (existsSync(SHARED_MEMORY) ? readdirSync(SHARED_MEMORY) : []).filter((name) =>
    /^PostgreSQL/.test(name),
  );

/** Making a PostgreSQL cluster takes a second, so `all` servers run only where most can go wrong. */
const ways = [
  { when: 'Ctrl-C is pressed', which: 'all', code: 1, leave: (it: Program) => it.signal('SIGINT') },
  { when: 'one of them fails', which: 'one', code: 1, leave: (it: Program) => it.send('throw') },
  { when: 'they are done', which: 'one', code: 0, leave: (it: Program) => it.send('end') },
];

for (const { when, which, code, leave } of ways) {
  test.skipIf(!areFound)(`the benchmarks leave no server and no data when ${when}`, async () => {
    const sharedBefore = sharedMemory();
    const program = new Program(new URL('programs/servers.mjs', import.meta.url), [which]);
    const { directory, servers } = await program.message<Started>();
    const processes = processesOf(servers);
    expect(processes.length).toBeGreaterThanOrEqual(servers.length);
    expect(readdirSync(directory)).toHaveLength(servers.length);
    expect(servers.map(({ version }) => version).join(' ')).toMatch(/^[\d. ]+$/);

    leave(program);
    expect((await program.ended).code).toBe(code);
    expect(existsSync(directory)).toBe(false);
    expect(await lastingOf(processes)).toEqual([]);
    expect(sharedMemory()).toEqual(sharedBefore);
  });
}

test('finds servers on PATH only if all of their programs can be run', () => {
  const directory = temporaryDirectory();
  expect(findRedis(directory)).toBeUndefined();
  expect(findPostgres(directory, [])).toBeUndefined();
  writeFileSync(join(directory, 'redis-server'), '', { mode: 0o755 });
  writeFileSync(join(directory, 'initdb'), '', { mode: 0o755 });
  writeFileSync(join(directory, 'postgres'), '', { mode: 0o644 });
  expect(findRedis(`/nowhere:${directory}`)).toBe(join(directory, 'redis-server'));
  expect(findPostgres(directory, [])).toBeUndefined();
});

test('finds PostgreSQL in the folders where Debian has it', () => {
  const folder = join(temporaryDirectory(), 'bin');
  mkdirSync(folder);
  for (const name of ['initdb', 'postgres']) writeFileSync(join(folder, name), '', { mode: 0o755 });
  expect(findPostgres('', [folder])).toBe(folder);
});
