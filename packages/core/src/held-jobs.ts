import type { Execution } from './execution.js';

/** The jobs whose leases a worker holds: those that wait for a slot, and those whose handlers run. */
export class HeldJobs<Payload> {
  /** How many may run at a time; more of them may still be running when it is lowered. */
  concurrency: number;
  /** Nothing more is to be started, so nothing is held for it. */
  isHalted = false;
  readonly #prefetch: number;
  readonly #byId = new Map<number, Execution<Payload>>();
  #waiting: Execution<Payload>[] = [];
  #running = 0;

  constructor(concurrency: number, prefetch: number) {
    this.concurrency = concurrency;
    this.#prefetch = prefetch;
  }

  /** Handlers that run, those included whose job was lost. */
  get running(): number {
    return this.#running;
  }

  /** How many more jobs to claim; negative when more are held than should be. */
  get free(): number {
    const limit = this.isHalted ? 0 : this.concurrency + this.#prefetch;
    return limit - this.#running - this.#waiting.length;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  all(): Iterable<Execution<Payload>> {
    return this.#byId.values();
  }

  /** Those whose handlers run. */
  started(): Execution<Payload>[] {
    const waiting = new Set(this.#waiting);
    return Array.from(this.#byId.values()).filter((each) => !waiting.has(each));
  }

  add(execution: Execution<Payload>): void {
    this.#byId.set(execution.job.id, execution);
    this.#waiting.push(execution);
  }

  /** The next job that a slot is free for; it counts as running from now on. */
  startNext(): Execution<Payload> | undefined {
    if (this.#running >= this.concurrency) return undefined;
    const execution = this.#waiting.shift();
    if (execution !== undefined) this.#running++;
    return execution;
  }

  /** A handler has come to its end. */
  finish(execution: Execution<Payload>): void {
    this.#running--;
    // Another execution has its place if the job was lost and claimed again.
    if (this.#byId.get(execution.job.id) === execution) this.#byId.delete(execution.job.id);
  }

  /** Forgets a job, whether it waits or runs. */
  remove(id: number): Execution<Payload> | undefined {
    const execution = this.#byId.get(id);
    if (execution === undefined) return undefined;
    this.#byId.delete(id);
    this.#waiting = this.#waiting.filter((each) => each !== execution);
    return execution;
  }

  /** Forgets the jobs that wait beyond what should be held, those claimed last, and returns them. */
  takeExcess(): Execution<Payload>[] {
    const kept = Math.max(0, this.#waiting.length + Math.min(0, this.free));
    const excess = this.#waiting.splice(kept);
    for (const { job } of excess) this.#byId.delete(job.id);
    return excess;
  }

  /** Forgets every job, and returns them. */
  takeAll(): Execution<Payload>[] {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    this.#waiting = [];
    return all;
  }
}
