import type { Database } from '@honker/core';

/** The lock that the leading scheduler holds, and renews every 20 seconds, for 60 at a time. */
const LOCK = 'honker-scheduler';

/** Who leads, and until when, in Unix seconds, if it does not renew the lock. */
export interface Leader {
  /** Each run of a scheduler has a random one. */
  owner: string;
  expires_at: number;
}

/** Undefined while nobody leads. */
export function leader(db: Database): Leader | undefined {
  const [row] = db.query<{ lock: string }>('SELECT honker_lock_get(?) AS lock', [LOCK]);
  return row?.lock ? (JSON.parse(row.lock) as Leader) : undefined;
}

/** Lets the lease of a leader that is dead for sure end in so many seconds. */
export function endLease(db: Database, { owner }: Leader, inS: number): void {
  db.tryLock(LOCK, owner, inS)?.heartbeat(inS);
}
