import { requireFunction, requireInteger, requireName } from './arguments.js';
import { LONGEST_DELAY_MS } from './due-timer.js';
import { LockLostError } from './errors.js';
import { News } from './news.js';
import { newOwner } from './owner.js';
import type { LockRow } from './queries/locks.js';
import { queries } from './queries/queries.js';
import type { Query } from './queries/query.js';
import type { Session } from './session.js';

/**
 * A lock that `db.tryLock()` got.
 *
 * @example
 * ```ts
 * const lock = db.tryLock('report', 'process-1', 60);
 * try {
 *   if (lock?.heartbeat()) console.log('still ours'); // => still ours
 * } finally {
 *   lock?.release();
 * }
 * ```
 */
export class Lock {
  readonly name: string;
  readonly owner: string;
  readonly #db: Session;
  readonly #ttlS: number;

  /** @internal Applications call `db.tryLock()`. */
  constructor(db: Session, name: string, owner: string, ttlS: number) {
    this.#db = db;
    this.name = name;
    this.owner = owner;
    this.#ttlS = ttlS;
  }

  /** Holds it until `ttlS` seconds from now. Returns false if it was lost. */
  heartbeat(ttlS: number = this.#ttlS): boolean {
    requireInteger(ttlS, 'ttlS', 1);
    return this.#db.runNow('lock.heartbeat()', queries.renewLock(this.name, this.owner, ttlS));
  }

  /** Returns false if it was not held any more. */
  release(): boolean {
    return this.#db.runNow('lock.release()', queries.releaseLock(this.name, this.owner));
  }

  [Symbol.dispose](): void {
    this.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

/**
 * The options of `db.withLock()`.
 *
 * @example
 * ```ts
 * const signal = AbortSignal.timeout(5000);
 * await db.withLock('report', { ttlS: 60, signal }, () => console.log('ours')); // => ours
 * ```
 */
export interface WithLockOptions {
  /** For how long the lock outlives a process that dies, in whole seconds. Default 60. */
  ttlS?: number;
  /** Ends the waiting for the lock, by throwing its reason; later, the signal of `body` fires with it. */
  signal?: AbortSignal;
}

/** Waits for a lock, and renews it while `body` runs. */
export async function withLock<Result>(
  db: Session,
  name: string,
  options: WithLockOptions,
  body: (signal: AbortSignal) => Result | Promise<Result>,
): Promise<Result> {
  requireName(name, 'name');
  requireFunction(body, 'body');
  const ttlS = requireInteger(options.ttlS ?? 60, 'ttlS', 1);
  const owner = newOwner();
  await acquire(db, name, owner, ttlS, options.signal);
  const held = new HeldLock(db, name, owner, ttlS, options.signal);
  try {
    return await body(held.signal);
  } finally {
    await held.release();
  }
}

async function acquire(
  db: Session,
  name: string,
  owner: string,
  ttlS: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const news = new News(db, signal);
  try {
    while (news.look()) {
      const query = queries.acquireLock(name, owner, ttlS);
      const tried = await db.background.runUnlessAborted<[boolean]>([query], signal);
      if (tried?.[0]) return;
      const [lock] = await db.background.run<[LockRow | null]>([queries.getLock(name)]);
      if (lock !== null) await news.wait(lock.expires_at + 1);
    }
    throw signal?.reason;
  } finally {
    news.close();
  }
}

/** A lock that is renewed when a third of its time has passed: two tries may fail before it is lost. */
class HeldLock {
  readonly #db: Session;
  readonly #name: string;
  readonly #owner: string;
  readonly #ttlS: number;
  readonly #aborting: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #onAbort = () => this.#controller.abort(this.#aborting?.reason);
  readonly #onDatabaseClose = () => this.#db.background.tryLast([this.#releaseQuery()]);
  #expiry: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #isReleased = false;

  constructor(
    db: Session,
    name: string,
    owner: string,
    ttlS: number,
    aborting: AbortSignal | undefined,
  ) {
    this.#db = db;
    this.#name = name;
    this.#owner = owner;
    this.#ttlS = ttlS;
    this.#aborting = aborting;
    aborting?.addEventListener('abort', this.#onAbort);
    if (aborting?.aborted) this.#onAbort();
    db.beforeClose.add(this.#onDatabaseClose);
    this.#setTimers();
  }

  /** Fires when the lock was lost, or the application gave up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async release(): Promise<void> {
    this.#end();
    if (this.#db.isOpen) await this.#db.background.run([this.#releaseQuery()]);
  }

  #releaseQuery(): Query<boolean> {
    return queries.releaseLock(this.#name, this.#owner);
  }

  #end(): void {
    this.#isReleased = true;
    clearTimeout(this.#expiry);
    clearTimeout(this.#renewal);
    this.#aborting?.removeEventListener('abort', this.#onAbort);
    this.#db.beforeClose.delete(this.#onDatabaseClose);
  }

  #lose(cause?: unknown): void {
    this.#end();
    this.#controller.abort(new LockLostError(this.#name, { cause }));
  }

  #setTimers(): void {
    const ttlMs = this.#ttlS * 1000;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#lose(), Math.min(ttlMs, LONGEST_DELAY_MS));
    this.#setRenewal();
  }

  #setRenewal(): void {
    const thirdMs = Math.min((this.#ttlS * 1000) / 3, LONGEST_DELAY_MS / 3);
    this.#renewal = setTimeout(() => this.#renew(), thirdMs);
  }

  async #renew(): Promise<void> {
    const query = queries.renewLock(this.#name, this.#owner, this.#ttlS);
    try {
      const [isHeld] = await this.#db.background.run<[boolean]>([query]);
      if (this.#isReleased) return;
      if (isHeld) this.#setTimers();
      else this.#lose();
    } catch (error) {
      if (this.#isReleased) return;
      if (this.#db.isOpen) this.#setRenewal();
      else this.#lose(error);
    }
  }
}
