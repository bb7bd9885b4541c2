import { channel } from 'node:diagnostics_channel';

/**
 * What this process has done with the jobs of one queue, since the database was opened.
 *
 * @example
 * ```ts
 * const { enqueued, acked, lost } = db.metrics().queues['emails'] ?? {};
 * console.log(enqueued, acked, lost); // => 1 0 0
 * ```
 */
export interface QueueMetrics {
  /** Counted as they are written: a transaction that is rolled back later takes nothing back. */
  enqueued: number;
  claimed: number;
  /** By `ackTx()` too, as it is called: a transaction that is rolled back later takes nothing back here, either. */
  acked: number;
  /** Attempts that failed, and are made again. */
  retried: number;
  /** Buried here. What a claim finds expired, or out of attempts, is buried by the database and not counted. */
  dead: number;
  /** Leases that were lost. */
  lost: number;
}

/**
 * How long the event loop took to come to wakes.
 *
 * @example
 * ```ts
 * const { count, sumMs, maxMs } = db.metrics().wakes;
 * if (count > 0) console.log(`wakes: ${sumMs / count} ms, at most ${maxMs} ms`);
 * ```
 */
export interface WakeMetrics {
  count: number;
  /** Milliseconds, of all together. */
  sumMs: number;
  maxMs: number;
}

/**
 * What `db.metrics()` returns.
 *
 * @example
 * ```ts
 * import type { Metrics } from '@honker/core';
 *
 * const isLosing = ({ queues }: Metrics) => Object.values(queues).some(({ lost }) => lost > 0);
 * if (isLosing(db.metrics())) console.warn('the event loop is blocked for too long');
 * ```
 */
export interface Metrics {
  /** By name, those that this process has had to do with. */
  queues: Record<string, QueueMetrics>;
  wakes: WakeMetrics;
}

/** A job, as far as the channels tell of it. */
interface ClaimedJob {
  readonly id: number;
  readonly attempts: number;
}

/**
 * What is published in the channels of `node:diagnostics_channel`, by their names. `path` is the database's.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import type { DiagnosticsMessages } from '@honker/core';
 *
 * subscribe('honker:dead', (message) => {
 *   const { queue, jobId, error } = message as DiagnosticsMessages['honker:dead'];
 *   console.error(queue, jobId, error);
 * });
 * ```
 */
export interface DiagnosticsMessages {
  'honker:enqueue': { path: string; queue: string; jobIds: readonly number[] };
  'honker:claim': JobMessage;
  /** Not for `queue.ackBatch()`, which learns only how many they were. */
  'honker:ack': JobMessage;
  'honker:retry': JobMessage & { delayS: number; error: unknown };
  'honker:dead': JobMessage & { error: unknown };
  'honker:lost': JobMessage;
  'honker:wake': { path: string; latencyMs: number };
}

/** @inline */
interface JobMessage {
  path: string;
  queue: string;
  jobId: number;
  attempts: number;
}

const channels = {
  enqueue: channel('honker:enqueue'),
  claim: channel('honker:claim'),
  ack: channel('honker:ack'),
  retry: channel('honker:retry'),
  dead: channel('honker:dead'),
  lost: channel('honker:lost'),
  wake: channel('honker:wake'),
};

/** Counts what happens to the jobs of one queue, and tells those who subscribe. */
export class QueueMeter {
  readonly metrics: QueueMetrics = {
    enqueued: 0,
    claimed: 0,
    acked: 0,
    retried: 0,
    dead: 0,
    lost: 0,
  };
  readonly #path: string;
  readonly #queue: string;

  constructor(path: string, queue: string) {
    this.#path = path;
    this.#queue = queue;
  }

  enqueued(jobIds: readonly number[]): void {
    this.metrics.enqueued += jobIds.length;
    if (channels.enqueue.hasSubscribers) {
      channels.enqueue.publish({ path: this.#path, queue: this.#queue, jobIds });
    }
  }

  claimed(job: ClaimedJob): void {
    this.metrics.claimed++;
    if (channels.claim.hasSubscribers) channels.claim.publish(this.#message(job));
  }

  acked(job: ClaimedJob): void {
    this.metrics.acked++;
    if (channels.ack.hasSubscribers) channels.ack.publish(this.#message(job));
  }

  retried(job: ClaimedJob, delayS: number, error: unknown): void {
    this.metrics.retried++;
    if (channels.retry.hasSubscribers) {
      channels.retry.publish({ ...this.#message(job), delayS, error });
    }
  }

  buried(job: ClaimedJob, error: unknown): void {
    this.metrics.dead++;
    if (channels.dead.hasSubscribers) channels.dead.publish({ ...this.#message(job), error });
  }

  lost(job: ClaimedJob): void {
    this.metrics.lost++;
    if (channels.lost.hasSubscribers) channels.lost.publish(this.#message(job));
  }

  #message({ id, attempts }: ClaimedJob): JobMessage {
    return { path: this.#path, queue: this.#queue, jobId: id, attempts };
  }
}

/** The meters of one database. */
export class Meters {
  readonly #path: string;
  readonly #queues = new Map<string, QueueMeter>();
  readonly #wakes: WakeMetrics = { count: 0, sumMs: 0, maxMs: 0 };

  constructor(path: string) {
    this.#path = path;
  }

  ofQueue(name: string): QueueMeter {
    let meter = this.#queues.get(name);
    if (meter === undefined) {
      meter = new QueueMeter(this.#path, name);
      this.#queues.set(name, meter);
    }
    return meter;
  }

  readonly woken = (latencyMs: number): void => {
    this.#wakes.count++;
    this.#wakes.sumMs += latencyMs;
    this.#wakes.maxMs = Math.max(this.#wakes.maxMs, latencyMs);
    if (channels.wake.hasSubscribers) channels.wake.publish({ path: this.#path, latencyMs });
  };

  read(): Metrics {
    const queues = Array.from(this.#queues, ([name, { metrics }]) => [name, { ...metrics }]);
    return { queues: Object.fromEntries(queues), wakes: { ...this.#wakes } };
  }
}
