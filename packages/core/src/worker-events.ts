import { EventEmitter } from 'node:events';
import { describeError } from './errors.js';
import type { Job } from './job.js';

/** What a worker tells, and the arguments of each. */
export interface WorkerEvents<Payload> {
  /** A job was handled and acked, by the worker or by a transaction that its handler gave to `ackTx()`. */
  completed: [job: Job<Payload>];
  /** An attempt failed; the job is tried again in `delayS` seconds. */
  failed: [job: Job<Payload>, error: unknown, delayS: number];
  /** A job went to dead: its last attempt failed, a FailError was thrown, its payload is malformed. */
  dead: [job: { id: number; queue: string; attempts: number }, error: unknown];
  /** The lease of a job was lost. Its handler was told, and what it comes to doesn't count. */
  lost: [job: Job<Payload>];
  /**
   * Something went wrong outside handlers: a full disk, a replaced file. The worker tries again where
   * that can help. Without a listener it becomes a process warning.
   */
  error: [error: Error];
}

/** How a worker tells its listeners. */
export abstract class WorkerEmitter<Payload> extends EventEmitter<WorkerEvents<Payload>> {
  readonly #noted: [name: keyof WorkerEvents<Payload>, ...values: unknown[]][] = [];

  /** Keeps an event until the worker's own state is right: a listener may stop it, or close everything. */
  protected note<Name extends keyof WorkerEvents<Payload>>(
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
    const error = thrown instanceof Error ? thrown : new Error(describeError(thrown));
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
