import { newOwner } from './owner.js';
import type { LockRow } from './queries/locks.js';
import { queries } from './queries/queries.js';
import type { Query } from './queries/query.js';
import type { Session } from './session.js';

/** The lock that the scheduler's leader holds, by the contract, and for how long without renewing it. */
export const LEADER_LOCK = 'honker-scheduler';
const TTL_S = 60;
/** When it is renewed: two tries may fail before it is lost. */
const RENEW_AFTER_S = 20;

/** Whether this run of the scheduler is the one that fires the schedules. */
export class Leadership {
  readonly #db: Session;
  readonly #owner = newOwner();
  readonly #onDatabaseClose = () => {
    return this.isHeld ? this.#db.background.tryLast([this.#releaseQuery()]) : undefined;
  };
  #renewAt = 0;
  isHeld = false;

  constructor(db: Session) {
    this.#db = db;
    db.beforeClose.add(this.#onDatabaseClose);
    db.leaderships.add(this);
  }

  /**
   * Takes the lead if it is free, keeps it, or finds that it was lost: `isHeld` tells.
   *
   * @returns when to call it again, in Unix seconds, or 0 for at once; a commit may change it earlier.
   */
  async hold(now: number): Promise<number> {
    const [lock] = await this.#db.background.run<[LockRow | null]>([queries.getLock(LEADER_LOCK)]);
    if (lock !== null && lock.owner !== this.#owner) {
      this.isHeld = false;
      return lock.expires_at + 1;
    }
    if (lock === null || now >= this.#renewAt) {
      const take = lock === null ? queries.acquireLock : queries.renewLock;
      const [taken] = await this.#db.background.run<[boolean]>([
        take(LEADER_LOCK, this.#owner, TTL_S),
      ]);
      this.isHeld = taken;
      this.#renewAt = now + RENEW_AFTER_S;
    }
    return this.isHeld ? this.#renewAt : 0;
  }

  async end(): Promise<void> {
    this.#db.beforeClose.delete(this.#onDatabaseClose);
    this.#db.leaderships.delete(this);
    if (this.isHeld && this.#db.isOpen) await this.#db.background.run([this.#releaseQuery()]);
  }

  #releaseQuery(): Query<boolean> {
    return queries.releaseLock(LEADER_LOCK, this.#owner);
  }
}
