import { EventEmitter } from 'node:events';
import type { BuriedJob, Job } from './job.js';
import type { QueueMeter } from './metrics.js';
import type { SettlementListener } from './settlement.js';
import { toError } from './thrown.js';

/**
 * What a worker tells, and the arguments of each.
 *
 * @example
 * ```ts
 * const worker = emails.work((job) => console.log('to', job.payload.to));
 * worker.on('failed', (job, error, delayS) => console.warn(job.id, error, `again in ${delayS} s`));
 * worker.on('error', (error) => console.error(error));
 * ```
 */
export interface WorkerEvents<Payload> {
  /** A job was handled and acked, by the worker or by a transaction that its handler gave to `ackTx()`. */
  completed: [job: Job<Payload>];
  /** An attempt failed; the job is tried again in `delayS` seconds. */
  failed: [job: Job<Payload>, error: unknown, delayS: number];
  /**
   * A job went to dead: its last attempt failed, a FailError was thrown, or its payload is malformed (a
   * SyntaxError for what is no JSON, a SchemaError for what doesn't match the queue's schema).
   */
  dead: [job: BuriedJob<Payload>, error: unknown];
  /** The lease of a job was lost. Its handler was told, and what it comes to doesn't count. */
  lost: [job: Job<Payload>];
  /**
   * Something went wrong outside handlers: a full disk, a replaced file. The worker tries again where
   * that can help. Or a handler blocked the event loop for longer than its lease (an EventLoopBlockedError),
   * or threw after it had settled its job. Without a listener it becomes a process warning.
   */
  error: [error: Error];
}

/** How a worker tells its listeners. */
export abstract class WorkerEmitter<Payload> extends EventEmitter<WorkerEvents<Payload>> {
  readonly #noted: [name: keyof WorkerEvents<Payload>, ...values: unknown[]][] = [];
  /** What has become of jobs is counted at once, and told when the worker's state is right. */
  protected readonly teller: SettlementListener<Payload>;

  constructor(meter: QueueMeter) {
    super();
    this.teller = {
      completed: (job) => {
        if (!job.isAckedInside) meter.acked(job); // or it has been counted there
        this.#note('completed', job);
      },
      failed: (job, error, delayS) => {
        meter.retried(job, delayS, error);
        this.#note('failed', job, error, delayS);
      },
      dead: (job, error) => {
        meter.buried(job, error);
        this.#note('dead', job, error);
      },
      lost: (job) => {
        meter.lost(job);
        this.#note('lost', job);
      },
      error: (error) => this.report(error),
    };
  }

  /** Keeps an event for `emitNoted()`: a listener may stop the worker, or close everything. */
  #note<Name extends keyof WorkerEvents<Payload>>(
    name: Name,
    ...values: WorkerEvents<Payload>[Name]
  ): void {
    this.#noted.push([name, ...values]);
  }

  protected emitNoted(): void {
    for (const [name, ...values] of this.#noted.splice(0)) this.#emitSafely(name, ...values);
  }

  /** At once: without a listener, as a process warning. */
  protected report(thrown: unknown): void {
    const error = toError(thrown);
    if (this.listenerCount('error') === 0) process.emitWarning(error);
    else this.#emitSafely('error', error);
  }

  /** A listener that throws is the application's fault and crash, not the worker's. */
  #emitSafely(name: keyof WorkerEvents<Payload>, ...values: unknown[]): void {
    try {
      (this.emit as (name: string, ...values: unknown[]) => boolean).call(this, name, ...values);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
