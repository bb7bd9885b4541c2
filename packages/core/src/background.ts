import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Connection } from './connection/connection.js';
import { ClosedError } from './errors.js';
import type { Query } from './queries/query.js';
import { isPromise } from './steps.js';
import { TurnQueue } from './turn-queue.js';

/**
 * The first tries follow each other, one each turn of the event loop, and wait a little for the lock:
 * beside two flat-out producers a worker that didn't wait got 46 % of the jobs done that they enqueued, with four
 * such tries 75 to 99 %, with 16 all of them. A lock that is held for longer is tried without waiting, by timers.
 */
const EAGER_TRIES = 16;
const EAGER_WAIT_MS = 2;
const LONGEST_PAUSE_MS = 16;

/** What queries that run in one transaction return, in their order. */
type QueriesOf<Results extends unknown[]> = {
  [Index in keyof Results]: Query<Results[Index]>;
};

/**
 * Runs what honker does on its own: claims, acks, heartbeats. It never joins a transaction of the
 * application, and never blocks the event loop on a lock for longer than 2 ms: it tries again later.
 */
export class Background {
  readonly #connection: Connection;
  readonly #isOpen: () => boolean;
  /** Where the workers of the connection take turns. */
  readonly turns = new TurnQueue();

  constructor(connection: Connection, isOpen: () => boolean) {
    this.#connection = connection;
    this.#isOpen = isOpen;
  }

  /**
   * Tries once to run the queries in one transaction; `tries` counts the tries at the same work.
   *
   * @returns undefined if it can't be now.
   * @throws {ClosedError} when the database was closed.
   */
  async try<Results extends unknown[]>(
    queries: QueriesOf<Results>,
    tries: number,
  ): Promise<Results | undefined> {
    if (!this.#isOpen()) throw new ClosedError('the database');
    if (this.#connection.inTransaction) return undefined;
    const waitMs = tries <= EAGER_TRIES ? EAGER_WAIT_MS : 0;
    return this.#connection.attempt(queries, waitMs) as Results | undefined;
  }

  /**
   * Tries once, now: what is to be written just before the database closes. It may not get written. What
   * fails is met, and told, by whoever still waits for the database, if not by `onError`.
   */
  tryLast(queries: readonly Query[], onError: (error: unknown) => void = () => {}): unknown {
    try {
      if (this.#connection.inTransaction) return undefined;
      const answer: unknown = this.#connection.attempt(queries, 0);
      return isPromise(answer) ? answer.then(undefined, onError) : answer;
    } catch (error) {
      return onError(error);
    }
  }

  /** Tries until it succeeds. */
  async run<Results extends unknown[]>(queries: QueriesOf<Results>): Promise<Results> {
    for (let tries = 1; ; tries++) {
      const results = await this.try(queries, tries);
      if (results !== undefined) return results;
      await pauseBeforeRetry(tries);
    }
  }

  /** Tries until it succeeds, or until the signal fires; then undefined, and nothing was done. */
  async runUnlessAborted<Results extends unknown[]>(
    queries: QueriesOf<Results>,
    signal: AbortSignal | undefined,
  ): Promise<Results | undefined> {
    for (let tries = 1; !signal?.aborted; tries++) {
      const results = await this.try(queries, tries);
      if (results !== undefined) return results;
      await pauseBeforeRetry(tries);
    }
    return undefined;
  }
}

/** The wait is jittered: processes that met each other's lock must not meet again. */
export async function pauseBeforeRetry(tries: number): Promise<void> {
  if (tries <= EAGER_TRIES) await setImmediate();
  else await setTimeout(Math.random() * Math.min(2 ** (tries - EAGER_TRIES), LONGEST_PAUSE_MS));
}
