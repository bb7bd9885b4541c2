import type { Workspace } from '../workspace.js';
import { installPeers, wantedVersions } from './installation.js';
import type { Place } from './open-queue.js';
import { findPostgres, POSTGRES_IS_MISSING, startPostgres } from './postgres-server.js';
import { findRedis, type Persistence, REDIS_IS_MISSING, startRedis } from './redis-server.js';

/** A column of the table. */
export interface Contestant {
  name: string;
  place: Place;
  serverPid?: number;
  /** What it consists of, with versions. */
  parts: string;
}

/** A peer that is not on this machine, and why. */
export interface Absentee {
  name: string;
  reason: string;
}

export interface LineUp {
  contestants: Contestant[];
  absentees: Absentee[];
}

/** Looks for the peers' servers, installs the peers, and starts what was found. */
export async function lineUp(workspace: Workspace): Promise<LineUp> {
  const contestants: Contestant[] = [
    {
      name: 'honker',
      place: { peer: 'honker', address: workspace.newFile() },
      parts: 'WAL, synchronous=NORMAL',
    },
  ];
  const absentees: Absentee[] = [];
  const versions = wantedVersions();
  const notInstalled = await installPeers();
  const candidates: [name: string, enter: () => Promise<Omit<Contestant, 'name'> | string>][] = [
    [
      'plainjob',
      async () => ({
        place: { peer: 'plainjob', address: workspace.newFile() },
        parts: `${versions.plainjob}, WAL, synchronous=NORMAL`,
      }),
    ],
    ['BullMQ, AOF', () => enterBullMq('aof', 'appendonly yes, everysec')],
    ['BullMQ, no disk', () => enterBullMq('none', 'appendonly no')],
    ['pg-boss', enterPgBoss],
  ];
  for (const [name, enter] of candidates) {
    const entered = notInstalled ?? (await enter().catch((error) => String(error)));
    if (typeof entered === 'string') absentees.push({ name, reason: entered });
    else contestants.push({ name, ...entered });
  }
  return { contestants, absentees };

  async function enterBullMq(persistence: Persistence, settings: string) {
    const program = findRedis();
    if (program === undefined) return REDIS_IS_MISSING;
    const { address, pid, version } = await startRedis(workspace, program, persistence);
    return {
      place: { peer: 'bullmq' as const, address },
      serverPid: pid,
      parts: `${versions.bullmq}, ioredis ${versions.ioredis}, Redis ${version}: ${settings}`,
    };
  }

  async function enterPgBoss() {
    const programs = findPostgres();
    if (programs === undefined) return POSTGRES_IS_MISSING;
    const { address, pid, version } = await startPostgres(workspace, programs);
    return {
      place: { peer: 'pg-boss' as const, address },
      serverPid: pid,
      parts: `${versions['pg-boss']}, PostgreSQL ${version} with its default settings`,
    };
  }
}
