import { requireInteger } from '../arguments.js';
import type { AsyncDatabase } from '../async-database.js';
import type { Database } from '../database.js';
import { queries } from '../queries/queries.js';
import { mapped } from '../queries/query.js';

/**
 * Shifts the time that one database object goes by: what falls due then, a delayed job, a lease, a retry, a
 * schedule, falls due at once, and whoever waits for it wakes. Other processes and connections keep their time.
 *
 * @example
 * ```ts
 * import { temporaryDatabase, type TestClock, testClock } from '@honker/core/testing';
 *
 * const testDatabase = temporaryDatabase();
 * const clock: TestClock = testClock(testDatabase);
 * clock.set(new Date('2030-01-01T08:00:00Z'));
 * console.log(clock.now().getUTCFullYear()); // => 2030
 * testDatabase.close();
 * ```
 */
export class TestClock {
  readonly #db: Database;

  /** @internal Tests call `testClock()`. */
  constructor(db: Database) {
    this.#db = db;
  }

  /** What time it is for the database. It goes on from where it was set. */
  now(): Date {
    return new Date(this.#db.clock.ms());
  }

  /** Moves the clock by so many whole seconds; back, if negative. */
  advance(seconds: number): void {
    requireInteger(seconds, 'seconds', Number.MIN_SAFE_INTEGER);
    return this.#shift(this.#db.clock.shiftS + seconds);
  }

  /** Sets the clock to a moment, to the second. */
  set(moment: Date): void {
    const ms = moment.getTime();
    if (Number.isNaN(ms)) throw new RangeError('moment must be a valid date');
    return this.#shift(Math.ceil((ms - Date.now()) / 1000));
  }

  /** Back to the real time. */
  reset(): void {
    return this.#shift(0);
  }

  #shift(shiftS: number): void {
    const query = mapped(queries.shiftClock(shiftS), () => {
      this.#db.clock.shiftS = shiftS;
      this.#db.commits.ring();
    });
    return this.#db.runNow('testClock()', query);
  }
}

/**
 * `TestClock`, of an asynchronous database.
 *
 * @example
 * ```ts
 * import type { AsyncTestClock } from '@honker/core/testing';
 *
 * async function toTomorrow(clock: AsyncTestClock): Promise<void> {
 *   await clock.advance(86_400);
 * }
 * ```
 */
export type AsyncTestClock = Pick<TestClock, 'now'> & {
  [Method in 'advance' | 'set' | 'reset']: (
    ...args: Parameters<TestClock[Method]>
  ) => Promise<void>;
};

/**
 * A clock that the test drives, for what is due later.
 *
 * @example
 * ```ts
 * import { drain, temporaryDatabase, testClock } from '@honker/core/testing';
 *
 * const db = temporaryDatabase();
 * const reminders = db.queue<string>('reminders');
 * reminders.enqueue('water the plants', { delay: 86_400 });
 * testClock(db).advance(86_400);
 * await drain(reminders, (job) => console.log(job.payload));
 * db.close();
 * ```
 */
export function testClock(db: Database): TestClock;
export function testClock(db: AsyncDatabase): AsyncTestClock;
export function testClock(db: Database | AsyncDatabase): unknown {
  return new TestClock(db as Database);
}
