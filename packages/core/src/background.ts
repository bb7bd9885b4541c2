import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Connection } from './connection/connection.js';
import { ClosedError } from './errors.js';
import type { Query } from './queries.js';

/** Tries in a row, one each turn of the event loop, before a lock is worth a timer. */
const EAGER_TRIES = 4;
const LONGEST_PAUSE_MS = 16;

/**
 * Runs what honker does on its own: claims, acks, heartbeats. It never joins a transaction of the
 * application and never blocks the event loop on somebody's lock: it tries, and tries again later.
 */
export class Background {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Runs the queries in one transaction and returns their results in order.
   *
   * @throws {ClosedError} when the connection was closed before it came to run.
   */
  async run<Results extends unknown[]>(
    queries: {
      [Index in keyof Results]: Query<Results[Index]>;
    },
  ): Promise<Results> {
    for (let tries = 1; ; tries++) {
      if (!this.#connection.isOpen) throw new ClosedError('the database');
      if (!this.#connection.inTransaction) {
        const results = this.#connection.attempt(queries);
        if (results !== undefined) return results as Results;
      }
      await pause(tries);
    }
  }
}

/** The wait is jittered: processes that met each other's lock must not meet again. */
async function pause(tries: number): Promise<void> {
  if (tries <= EAGER_TRIES) await setImmediate();
  else await setTimeout(Math.random() * Math.min(2 ** (tries - EAGER_TRIES), LONGEST_PAUSE_MS));
}
