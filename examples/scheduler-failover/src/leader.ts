import type { Database, Leader } from '@honker/core';

/** The lock that the leading scheduler holds, and renews every 20 seconds, for 60 at a time. */
const LOCK = 'honker-scheduler';

/** Lets the lease of a leader that is dead for sure end in so many seconds. */
export function endLease(db: Database, { owner }: Leader, inS: number): void {
  db.tryLock(LOCK, owner, inS)?.heartbeat(inS);
}
