import { openBullMq } from './bullmq.js';
import { openHonker } from './honker.js';
import { openPgBoss } from './pg-boss.js';
import { openPlainjob } from './plainjob.js';
import type { OpenQueue, QueueClient } from './queue-client.js';

const openers = {
  honker: openHonker,
  plainjob: openPlainjob,
  bullmq: openBullMq,
  'pg-boss': openPgBoss,
} satisfies Record<string, OpenQueue>;

/** Where any process finds what a queue is kept in. */
export interface Place {
  peer: keyof typeof openers;
  /** The database file, or what its server listens at. */
  address: string;
}

export function openQueue({ peer, address }: Place, queue: string): Promise<QueueClient> {
  return openers[peer](address, queue);
}
