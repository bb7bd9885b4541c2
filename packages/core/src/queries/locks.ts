import { fromJsonOrEmpty, query, toBoolean } from './query.js';

/** A lock that is held. */
export interface LockRow {
  name: string;
  owner: string;
  expires_at: number;
}

/** Locks with an owner and an end. */
export const lockQueries = {
  acquireLock: (name: string, owner: string, ttlS: number) =>
    query('SELECT honker_lock_acquire(?, ?, ?)', [name, owner, ttlS], toBoolean),

  renewLock: (name: string, owner: string, ttlS: number) =>
    query('SELECT honker_lock_renew(?, ?, ?)', [name, owner, ttlS], toBoolean),

  releaseLock: (name: string, owner: string) =>
    query('SELECT honker_lock_release(?, ?)', [name, owner], toBoolean),

  getLock: (name: string) =>
    query<LockRow | null>('SELECT honker_lock_get(?)', [name], fromJsonOrEmpty),
};
