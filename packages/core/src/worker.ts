import { randomBytes } from 'node:crypto';
import { requireFunction, requireInteger } from './arguments.js';
import { AttemptTimeouts } from './attempt-timeouts.js';
import { exponentialBackoff } from './backoff.js';
import { toJob } from './claim.js';
import type { Database } from './database.js';
import { DueTimer, unixSeconds } from './due-timer.js';
import { ClosedError, DatabaseReplacedError, LeaseLostError, TimeoutError } from './errors.js';
import { Execution, type HandlerContext } from './execution.js';
import { Heartbeat } from './heartbeat.js';
import { HeldJobs } from './held-jobs.js';
import type { Job } from './job.js';
import { Outcomes } from './outcomes.js';
import { type ClaimedRow, queries } from './queries.js';
import type { Queue } from './queue.js';
import { type Backoff, jobsOf, Settlement, type Step, step } from './settlement.js';
import { TurnLoop } from './turn-loop.js';
import { WorkerEmitter } from './worker-events.js';

export type { HandlerContext } from './execution.js';
export type { WorkerEvents } from './worker-events.js';

/**
 * Handles one job. When it returns, the job is acked. When it throws, the job is retried, later each
 * time, until its attempts are used up; a RetryError chooses when, a FailError gives up at once.
 * A handler may also settle the job itself, by `job.ack()`, `retry()` or `fail()`.
 */
export type Handler<Payload> = (job: Job<Payload>, context: HandlerContext) => unknown;

export interface WorkOptions {
  /** How many jobs run at a time. Default 1. */
  concurrency?: number;
  /** How many more jobs are claimed ahead of the free slots. Default 0. */
  prefetch?: number;
  /**
   * After a failed attempt, how many whole seconds to wait for the next. Default: exponential with
   * jitter, from 1–2 s after the first attempt to at most an hour.
   */
  backoff?: Backoff;
  /**
   * How long an attempt may take, in whole seconds. Then its signal fires with a TimeoutError, the
   * attempt has failed, and its slot is free for another job, whatever the handler does. Default: as
   * long as it takes.
   */
  timeoutS?: number;
}

/** @internal For what is made of workers in this package. */
export interface WorkerInternals<Payload> {
  /** A timeout for each job, in place of the worker's. */
  timeoutOf?: (job: Job<Payload>) => number | undefined;
  /** Begins the worker's id, so that the database tells who holds a job. */
  idPrefix?: string;
  /** The worker has ended: it was stopped, its database was closed (no error), or replaced. */
  onEnd?: (error: Error | undefined) => void;
}

export interface StopOptions {
  /** How long running handlers may take to finish, in milliseconds. Default 30,000. */
  timeoutMs?: number;
}

/** Bounds how long a turn holds the event loop, whatever the concurrency: 128 jobs take about 1 ms. */
const LARGEST_BATCH = 128;
/** For the last acks, when a stop's own time is up. */
const LAST_WRITE_MS = 5000;

/**
 * Runs a handler for the jobs of one queue. Made by `queue.work()`.
 *
 * One turn at a time does everything that is due in one transaction, since a transaction costs more
 * than the rows in it: acks of what finished since the last turn, retries, heartbeats, and a claim for
 * the free slots. A turn runs when a handler finished, when somebody committed, when a job falls due.
 */
export class Worker<Payload = unknown> extends WorkerEmitter<Payload> {
  /** The owner of this worker's leases; no other worker has it. */
  readonly id: string;
  readonly #queue: Queue<Payload>;
  readonly #db: Database;
  readonly #handler: Handler<Payload>;
  readonly #jobs: HeldJobs<Payload>;
  readonly #outcomes = new Outcomes<Payload>();
  readonly #settlement: Settlement<Payload>;
  readonly #heartbeat: Heartbeat;
  readonly #timeouts = new AttemptTimeouts<Payload>((...attempt) => this.#onTimeUp(...attempt));
  /** Undefined where no attempt has a timeout: most workers never ask. */
  readonly #timeoutOf: ((job: Job<Payload>) => number | undefined) | undefined;
  readonly #onEnd: (error: Error | undefined) => void;
  readonly #dueTimer = new DueTimer(() => this.#wake());
  readonly #unlisten: () => void;
  readonly #onDatabaseClose = () => this.#giveBackNow();
  readonly #loop: TurnLoop;
  /** There may be something to claim. */
  #mayClaim = true;
  #stopped: Promise<void> | undefined;

  /** @internal Applications call `queue.work()`. */
  constructor(
    queue: Queue<Payload>,
    db: Database,
    handler: Handler<Payload>,
    options: WorkOptions,
    internals: WorkerInternals<Payload> = {},
  ) {
    super();
    requireFunction(handler, 'handler');
    if (options.backoff !== undefined) requireFunction(options.backoff, 'backoff');
    const { timeoutS } = options;
    if (timeoutS !== undefined) requireInteger(timeoutS, 'timeoutS', 1);
    if (!db.isOpen) throw new ClosedError('the database');
    this.id = `${internals.idPrefix ?? ''}${randomBytes(9).toString('base64url')}`;
    this.#timeoutOf = internals.timeoutOf ?? (timeoutS === undefined ? undefined : () => timeoutS);
    this.#onEnd = internals.onEnd ?? (() => {});
    this.#queue = queue;
    this.#db = db;
    this.#handler = handler;
    this.#jobs = new HeldJobs(
      requireInteger(options.concurrency ?? 1, 'concurrency', 1),
      requireInteger(options.prefetch ?? 0, 'prefetch', 0),
    );
    this.#settlement = new Settlement(this.id, options.backoff ?? exponentialBackoff, {
      completed: (job) => this.note('completed', job),
      failed: (job, error, delayS) => this.note('failed', job, error, delayS),
      dead: (job, error) => this.note('dead', job, error),
      lost: (job) => this.note('lost', job),
      error: (error) => this.report(error),
    });
    this.#loop = new TurnLoop({
      hasWork: () => this.#hasWork(),
      turn: (tries) => this.#turn(tries),
      onError: (error) => this.#onTurnFailed(error),
    });
    this.#heartbeat = new Heartbeat(queue.visibilityTimeoutS, () => this.#loop.schedule());
    this.#unlisten = db.commits.listen((isAlive) => {
      if (isAlive) this.#wake();
      else this.#end(new DatabaseReplacedError(db.path));
    });
    db.beforeClose.add(this.#onDatabaseClose);
    this.#loop.schedule();
  }

  /** How many handlers are running. */
  get running(): number {
    return this.#jobs.running;
  }

  /**
   * Stops claiming, waits for the running handlers, acks what they finished, and gives back what is
   * left after `timeoutMs` without spending an attempt; their signals fire. Stopping twice is stopping
   * once.
   */
  stop(options: StopOptions = {}): Promise<void> {
    const timeoutMs = requireInteger(options.timeoutMs ?? 30_000, 'timeoutMs', 0);
    this.#stopped ??= this.#stop(timeoutMs);
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(timeoutMs: number): Promise<void> {
    await Promise.resolve(); // stop() has assigned its promise then, and nothing is claimed any more
    this.#release(this.#jobs.takeWaiting());
    await this.#loop.changedUntil(() => this.running === 0 && this.#loop.isQuiet, timeoutMs);
    const unfinished = this.#jobs.takeAll();
    for (const execution of unfinished) execution.abandon(new ClosedError('the worker'));
    this.#release(unfinished);
    await this.#loop.changedUntil(() => this.#loop.isQuiet, LAST_WRITE_MS);
    this.#end();
  }

  #release(executions: Execution<Payload>[]): void {
    this.#outcomes.released.push(...executions);
    this.#loop.schedule();
  }

  #end(error?: Error): void {
    if (this.#loop.isEnded) return;
    this.#loop.end();
    this.#unlisten();
    this.#db.beforeClose.delete(this.#onDatabaseClose);
    this.#heartbeat.clear();
    this.#timeouts.clearAll();
    this.#dueTimer.clear();
    for (const execution of this.#jobs.takeAll()) {
      execution.abandon(error ?? new ClosedError('the database'));
    }
    if (error !== undefined) this.report(error);
    this.#onEnd(error);
  }

  /** The database is about to close: one try, without waiting; else the leases run out. */
  #giveBackNow(): unknown {
    const steps = this.#settlement.steps(this.#outcomes.take(Number.POSITIVE_INFINITY));
    const release = queries.releaseClaims(jobsOf(this.#jobs.all()), this.id);
    const last = [...steps.map(({ query }) => query), release];
    const answer = this.#db.background.tryLast(last, (error) => this.report(error));
    this.#end();
    return answer;
  }

  #wake(): void {
    this.#mayClaim = true;
    this.#loop.schedule();
  }

  #hasWork(): boolean {
    return !this.#outcomes.isEmpty || this.#heartbeat.isDue || this.#wanted() > 0;
  }

  /** How many jobs to claim now. */
  #wanted(): number {
    if (!this.#mayClaim || this.#stopped !== undefined) return 0;
    return Math.min(this.#jobs.free, LARGEST_BATCH);
  }

  #onTurnFailed(error: unknown): void {
    if (this.#db.isOpen) this.report(error);
    else this.#end();
  }

  /** Returns false if the database can't be written now. */
  async #turn(tries: number): Promise<boolean> {
    const batch = this.#outcomes.take(LARGEST_BATCH);
    const wanted = this.#wanted();
    const lookedAt = unixSeconds();
    let steps: Step[] = [];
    let results: unknown[] | undefined;
    try {
      steps = this.#steps(batch, wanted);
      if (steps.length === 0) return true;
      if (wanted > 0) this.#mayClaim = false; // a commit that the claim doesn't see sets it again
      results = await this.#db.background.try<unknown[]>(
        steps.map(({ query }) => query),
        tries,
      );
    } finally {
      if (results === undefined) {
        this.#outcomes.putBack(batch);
        this.#mayClaim = true;
      }
    }
    if (results === undefined) return false;
    for (const [index, { apply }] of steps.entries()) apply(results[index]);
    this.emitNoted(); // before what was claimed starts: a listener may end the worker
    this.#startJobs();
    const claimed = wanted === 0 ? 0 : (results.at(-1) as ClaimedRow[]).length;
    if (claimed === wanted) this.#mayClaim ||= wanted > 0;
    else if (!this.#loop.isEnded) await this.#setDueTimer(lookedAt);
    return true;
  }

  #steps(batch: Outcomes<Payload>, wanted: number): Step[] {
    const steps = this.#settlement.steps(batch);
    if (this.#heartbeat.isDue) steps.push(this.#heartbeatStep());
    if (wanted > 0) {
      const { name, visibilityTimeoutS } = this.#queue;
      const query = queries.claimBatch(name, this.id, wanted, visibilityTimeoutS);
      steps.push(step(query, (rows) => this.#onClaimed(rows)));
    }
    return steps;
  }

  async #setDueTimer(lookedAt: number): Promise<void> {
    const query = queries.nextClaimAt(this.#queue.name);
    const results = await this.#db.background.try<[number]>([query], 1);
    if (this.#loop.isEnded) return;
    // It tells of what comes after now, the claim of what came before; a second may have begun between.
    if (results === undefined || unixSeconds() !== lookedAt) this.#mayClaim = true;
    else this.#dueTimer.set(results[0]);
  }

  #heartbeatStep(): Step {
    const stale = this.#heartbeat.stale(this.#jobs.all());
    const now = performance.now();
    const query = queries.heartbeatClaims(jobsOf(stale), this.id, this.#queue.visibilityTimeoutS);
    return step(query, (lostIds) => {
      for (const execution of stale) execution.extendedAt = now;
      for (const id of lostIds) this.#lose(id);
      this.#heartbeat.done();
      if (!this.#jobs.isEmpty) this.#heartbeat.arm();
    });
  }

  #lose(id: number): void {
    const execution = this.#jobs.remove(id);
    if (execution === undefined) return;
    execution.abandon(new LeaseLostError(id));
    this.note('lost', execution.job);
  }

  #onClaimed(rows: ClaimedRow[]): void {
    if (this.#loop.isEnded) return;
    const now = performance.now();
    for (const row of rows) {
      // The event loop was blocked for longer than the lease, and it is this worker that gets it again.
      this.#lose(row.id);
      const job = toJob(this.#queue, this.#db.runNow, row);
      if (typeof job === 'string') this.#outcomes.malformed.push({ row, error: job });
      else this.#jobs.add(new Execution(job, now));
    }
    if (!this.#jobs.isEmpty) this.#heartbeat.arm();
  }

  #startJobs(): void {
    for (let next = this.#jobs.startNext(); next; next = this.#jobs.startNext())
      this.#execute(next);
  }

  async #execute(execution: Execution<Payload>): Promise<void> {
    const timeoutS = this.#timeoutOf?.(execution.job);
    if (timeoutS !== undefined) this.#timeouts.start(execution, timeoutS);
    try {
      await this.#handler(execution.job, execution);
      if (this.#isOurs(execution)) this.#outcomes.succeeded.push(execution);
    } catch (error) {
      if (this.#isOurs(execution)) this.#outcomes.failed.push({ execution, error });
      // The job is settled, so there is no retry that would tell of it.
      else if (!execution.isAbandoned) this.report(error);
    }
    if (timeoutS !== undefined) this.#timeouts.clear(execution);
    if (!execution.isTimedOut) this.#free(execution);
  }

  #onTimeUp(execution: Execution<Payload>, timeoutS: number): void {
    const error = new TimeoutError(`the attempt took longer than ${timeoutS} s`);
    if (this.#isOurs(execution)) this.#outcomes.failed.push({ execution, error });
    execution.isTimedOut = true;
    execution.abandon(error);
    this.#free(execution);
  }

  #free(execution: Execution<Payload>): void {
    this.#jobs.finish(execution);
    this.#startJobs();
    this.#loop.schedule();
  }

  /** Whether the outcome is the worker's to write. */
  #isOurs(execution: Execution<Payload>): boolean {
    return !execution.isAbandoned && !execution.job.isSettled;
  }
}
