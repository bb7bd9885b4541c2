import { requireInteger, requireName, toJson } from './arguments.js';
import { LEADER_LOCK, Leadership } from './leadership.js';
import { News } from './news.js';
import { payloadOrText } from './payload.js';
import { queries } from './queries/queries.js';
import { mapped } from './queries/query.js';
import type { FiredRow, ScheduleRow } from './queries/schedules.js';
import {
  addQuery,
  ensureSchedule,
  type ScheduleOptions,
  scheduleColumns,
} from './schedule-options.js';
import type { Session } from './session.js';

/**
 * What may be changed of a schedule; what is left out stays.
 *
 * @example
 * ```ts
 * const scheduler = db.scheduler();
 * scheduler.add({ name: 'nightly', queue: 'backups', schedule: '0 3 * * *' });
 * scheduler.update('nightly', { schedule: '30 2 * * *', expiresS: null });
 * ```
 */
export interface ScheduleUpdate {
  schedule?: string;
  payload?: unknown;
  priority?: number;
  /** null: never. */
  expiresS?: number | null;
  maxAttempts?: number;
}

/**
 * A schedule as it stands.
 *
 * @example
 * ```ts
 * for (const { name, schedule, nextFireAt, enabled } of db.scheduler().list()) {
 *   console.log(name, schedule, new Date(nextFireAt * 1000), enabled);
 * }
 * ```
 */
export interface Schedule {
  name: string;
  queue: string;
  schedule: string;
  /** The text itself where somebody wrote a row that isn't JSON. */
  payload: unknown;
  priority: number;
  expiresS: number | null;
  /** Unix seconds. */
  nextFireAt: number;
  enabled: boolean;
  maxAttempts: number;
}

/**
 * A boundary that was due, and the job that it became.
 *
 * @example
 * ```ts
 * for (const { name, jobId } of db.scheduler().tick()) console.log(name, jobId);
 * ```
 */
export interface Fired {
  name: string;
  queue: string;
  /** Unix seconds. */
  fireAt: number;
  jobId: number;
}

/**
 * Who fires the schedules, of all processes that run the scheduler.
 *
 * @example
 * ```ts
 * import type { Leader } from '@honker/core';
 *
 * const leader: Leader | null = db.scheduler().leader();
 * if (leader === null) console.warn('no scheduler runs');
 * ```
 */
export interface Leader {
  /** Each run of a scheduler has a name of its own, by chance. */
  owner: string;
  /** Unix seconds: until then nobody else leads, although it may be dead. It says every 20 s that it isn't. */
  expiresAt: number;
}

/**
 * The options of `scheduler.run()`.
 *
 * @example
 * ```ts
 * const stopping = new AbortController();
 * process.once('SIGTERM', () => stopping.abort());
 * await db.scheduler().run({ signal: stopping.signal });
 * ```
 */
export interface RunOptions {
  /** Ends the run: it returns, having given the leadership up. */
  signal?: AbortSignal;
}

/**
 * Durable schedules: each boundary becomes one job, once for all processes. Made by `db.scheduler()`.
 *
 * @example
 * ```ts
 * const scheduler = db.scheduler();
 * scheduler.add({ name: 'nightly', queue: 'backups', schedule: '0 3 * * *', payload: { full: true } });
 * await scheduler.run({ signal: AbortSignal.timeout(50) });
 * ```
 */
export class Scheduler {
  readonly #db: Session;

  /** @internal Applications call `db.scheduler()`. */
  constructor(db: Session) {
    this.#db = db;
  }

  /**
   * Adds a schedule, or replaces the one of this name. It fires first at its next boundary after now.
   *
   * @throws {Error} for an expression that is wrong, naming the field and what it takes.
   */
  add<Payload>(options: ScheduleOptions<Payload>): void {
    const query = mapped(addQuery(scheduleColumns(options)), () => {});
    return this.#db.runNow('scheduler.add()', query);
  }

  /**
   * Adds a schedule where it isn't there yet, and replaces one of this name that is another one. What is there
   * as it should be is left alone, while `add()` would begin the interval of an `@every` anew: so each process
   * may call this at each start.
   *
   * @returns whether it was added, or replaced.
   * @throws {Error} for an expression that is wrong, as `add()`.
   *
   * @example
   * ```ts
   * const pulse = { name: 'pulse', queue: 'checks', schedule: '@every 6h' };
   * console.log(db.scheduler().ensure(pulse)); // => true
   * console.log(db.scheduler().ensure(pulse)); // => false
   * ```
   */
  ensure<Payload>(options: ScheduleOptions<Payload>): boolean {
    return this.#db.runSteps('scheduler.ensure()', ensureSchedule(scheduleColumns(options)));
  }

  /** Keeps a schedule from firing. Returns false if there is none of this name. */
  pause(name: string): boolean {
    return this.#db.runNow('scheduler.pause()', queries.pauseSchedule(requireName(name, 'name')));
  }

  /** Lets it fire again, from its next boundary on: what it missed is not made up for. */
  resume(name: string): boolean {
    return this.#db.runNow('scheduler.resume()', queries.resumeSchedule(requireName(name, 'name')));
  }

  /** Changes some fields, all or none. Returns false if there is no schedule of this name. */
  update(name: string, changes: ScheduleUpdate): boolean {
    const { schedule, payload, priority, expiresS, maxAttempts } = changes;
    const query = queries.updateSchedule(requireName(name, 'name'), {
      schedule: schedule === undefined ? undefined : requireName(schedule, 'schedule'),
      payload: payload === undefined ? undefined : toJson(payload),
      priority:
        priority === undefined
          ? undefined
          : requireInteger(priority, 'priority', Number.MIN_SAFE_INTEGER),
      expiresS: typeof expiresS === 'number' ? requireInteger(expiresS, 'expiresS', 0) : expiresS,
      maxAttempts:
        maxAttempts === undefined ? undefined : requireInteger(maxAttempts, 'maxAttempts', 1),
    });
    return this.#db.runNow('scheduler.update()', query);
  }

  /** Returns false if there is no schedule of this name. */
  remove(name: string): boolean {
    return this.#db.runNow('scheduler.remove()', queries.removeSchedule(requireName(name, 'name')));
  }

  /** All schedules, by name. */
  list(): Schedule[] {
    const query = mapped(queries.listSchedules(), (rows) => rows.map(toSchedule));
    return this.#db.runNow('scheduler.list()', query);
  }

  /**
   * Enqueues what is due at `now` (Unix seconds; by default the present). `run()` does it for you. A
   * schedule that was missed is made up for by at most 64 jobs.
   */
  tick(now: number = this.#db.clock.unixSeconds()): Fired[] {
    requireInteger(now, 'now', 0);
    const query = mapped(queries.tick(now), (rows) => rows.map(toFired));
    return this.#db.runNow('scheduler.tick()', query);
  }

  /** When the next boundary is due, in Unix seconds; null if there is none. */
  soonest(): number | null {
    const query = mapped(queries.soonest(), (soonest) => soonest || null);
    return this.#db.runNow('scheduler.soonest()', query);
  }

  /**
   * Whether the scheduler leads in this process, by a `run()` or `runTasks()` of this database object. A process
   * that was suspended for longer than a minute learns only afterwards that another one leads.
   */
  get isLeader(): boolean {
    return Array.from(this.#db.leaderships).some(({ isHeld }) => isHeld);
  }

  /**
   * Who leads, in whatever process; null while nobody does.
   *
   * @example
   * ```ts
   * const leader = db.scheduler().leader();
   * console.log(leader ? `until ${new Date(leader.expiresAt * 1000)} at least` : 'no scheduler runs');
   * ```
   */
  leader(): Leader | null {
    const query = mapped(
      queries.getLock(LEADER_LOCK),
      (row) => row && { owner: row.owner, expiresAt: row.expires_at },
    );
    return this.#db.runNow('scheduler.leader()', query);
  }

  /**
   * Fires the schedules, until `signal` does. Run it in any number of processes: one leads; when it
   * stops or dies, another one takes its place, after at most a minute. It sleeps until a boundary is
   * due or somebody commits.
   */
  async run({ signal }: RunOptions = {}): Promise<void> {
    const leadership = new Leadership(this.#db);
    const { background } = this.#db;
    const news = new News(this.#db, signal);
    try {
      while (news.look()) {
        const now = this.#db.clock.unixSeconds();
        const lookAgainAt = await leadership.hold(now);
        if (leadership.isHeld) {
          await background.run<[FiredRow[]]>([queries.tick(now)]);
          const [soonest] = await background.run<[number]>([queries.soonest()]);
          // A second may have begun since the tick, and somebody may have added what is due by now.
          if (soonest === 0 || soonest > now) {
            await news.wait(Math.min(soonest || lookAgainAt, lookAgainAt));
          }
        } else if (lookAgainAt > 0) await news.wait(lookAgainAt);
      }
    } finally {
      news.close();
      await leadership.end();
    }
  }
}

function toSchedule(row: ScheduleRow): Schedule {
  return {
    name: row.name,
    queue: row.queue,
    schedule: row.cron_expr,
    payload: payloadOrText(row),
    priority: row.priority,
    expiresS: row.expires_s,
    nextFireAt: row.next_fire_at,
    enabled: row.enabled,
    maxAttempts: row.max_attempts,
  };
}

function toFired(row: FiredRow): Fired {
  return { name: row.name, queue: row.queue, fireAt: row.fire_at, jobId: row.job_id };
}
