import { DoneInside } from './done-inside.js';
import { LONGEST_DELAY_MS } from './due-timer.js';
import { EventLoopBlockedError } from './errors.js';
import { type Execution, jobsOf } from './execution.js';
import type { HeldJobs } from './held-jobs.js';
import { queries } from './queries/queries.js';
import { type Step, step } from './turn-step.js';

/** A lease is extended when a third of it has passed: two heartbeats may fail before it is lost. */
const PART_OF_LEASE = 3;

/** Says when the leases of a worker have to be extended; its timer runs only while there are any. */
export class Heartbeat {
  readonly #leaseS: number;
  readonly #intervalMs: number;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer should fire, in ms of `performance.now()`. */
  #dueAt = Number.POSITIVE_INFINITY;
  /** The time has come; the next turn extends what is stale. */
  isDue = false;

  constructor(visibilityTimeoutS: number, onDue: () => void) {
    this.#leaseS = visibilityTimeoutS;
    this.#intervalMs = Math.min((visibilityTimeoutS * 1000) / PART_OF_LEASE, LONGEST_DELAY_MS);
    this.#onDue = onDue;
  }

  /** Jobs are held. The timer is left to run out when there are none: jobs come and go faster. */
  arm(): void {
    if (this.#timer !== undefined) return;
    this.#dueAt = performance.now() + this.#intervalMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.isDue = true;
      this.#onDue();
      this.#dueAt = Number.POSITIVE_INFINITY;
    }, this.#intervalMs);
  }

  /** Extends every lease that would be too old at the next heartbeat. */
  steps<Payload>(jobs: HeldJobs<Payload>, workerId: string, onLost: (id: number) => void): Step[] {
    const now = performance.now();
    const stale = Array.from(jobs.all()).filter(
      ({ extendedAt }) => now - extendedAt >= this.#intervalMs / 2,
    );
    const done = new DoneInside();
    const query = queries.heartbeatClaims(jobsOf(stale), workerId, this.#leaseS);
    const onExtended = (lostIds: number[]) => {
      for (const execution of stale) execution.extendedAt = now;
      for (const id of done.without(lostIds)) onLost(id);
      this.isDue = false;
      if (!jobs.isEmpty) this.arm();
    };
    return [...done.steps(stale), step(query, onExtended)];
  }

  /**
   * What is wrong, if the timer has not been able to fire until leases of `running` jobs had passed. To be
   * asked when a handler has returned, before anything else gets to run, and when the timer fires; of one
   * blockage it tells once.
   */
  blockage<Payload>(running: readonly Execution<Payload>[]): EventLoopBlockedError | undefined {
    const now = performance.now();
    if (now <= this.#dueAt) return undefined;
    const ids = running
      .filter(({ extendedAt }) => now - extendedAt > this.#leaseS * 1000)
      .map(({ job }) => job.id);
    if (ids.length === 0) return undefined;
    const error = new EventLoopBlockedError(now - this.#dueAt, ids, this.#leaseS);
    this.#dueAt = Number.POSITIVE_INFINITY;
    return error;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.isDue = false;
  }
}
