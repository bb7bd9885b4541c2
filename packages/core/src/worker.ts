import { requireFunction, requireInteger } from './arguments.js';
import { exponentialBackoff } from './backoff.js';
import { type ClaimSource, toJob } from './claim.js';
import { ClaimDemand } from './claim-demand.js';
import { ClosedError, DatabaseReplacedError, LeaseLostError } from './errors.js';
import { Execution, jobsOf } from './execution.js';
import { type Handler, HandlerRunner } from './handler-runner.js';
import { Heartbeat } from './heartbeat.js';
import { HeldJobs } from './held-jobs.js';
import { Job } from './job.js';
import { Outcomes } from './outcomes.js';
import { newOwner } from './owner.js';
import type { ClaimedRow } from './queries/jobs.js';
import { queries } from './queries/queries.js';
import type { Session } from './session.js';
import { Settlement } from './settlement.js';
import { LARGEST_BATCH, TurnLoop } from './turn-loop.js';
import { type Step, step } from './turn-step.js';
import type { StopOptions, WorkerInternals, WorkOptions } from './work-options.js';
import { WorkerEmitter } from './worker-events.js';

/** For the last acks, when a stop's own time is up. */
const LAST_WRITE_MS = 5000;

/**
 * Runs a handler for the jobs of one queue. Made by `queue.work()`.
 *
 * One turn at a time does everything that is due in one transaction, since a transaction costs more
 * than the rows in it: acks of what finished since the last turn, retries, heartbeats, and a claim for
 * the free slots. A turn runs when a handler finished, when somebody committed, when a job falls due.
 *
 * @example
 * ```ts
 * const worker = emails.work((job) => console.log('to', job.payload.to), { concurrency: 10 });
 * worker.on('dead', (job, error) => console.error(`job ${job.id} is dead:`, error));
 * process.once('SIGTERM', () => worker.stop());
 * ```
 */
export class Worker<Payload = unknown> extends WorkerEmitter<Payload> {
  /** The owner of this worker's leases; no other worker has it. */
  readonly id: string;
  readonly #queue: ClaimSource;
  readonly #db: Session;
  readonly #jobs: HeldJobs<Payload>;
  readonly #outcomes = new Outcomes<Payload>();
  readonly #runner: HandlerRunner<Payload>;
  readonly #settlement: Settlement<Payload>;
  readonly #heartbeat: Heartbeat;
  readonly #demand: ClaimDemand;
  readonly #loop: TurnLoop;
  readonly #onEnd: (error: Error | undefined) => void;
  readonly #unlisten: () => void;
  readonly #onDatabaseClose = () => this.#giveBackNow();
  #isPaused = false;
  #stopped: Promise<void> | undefined;

  /** @internal Applications call `queue.work()`. */
  constructor(
    queue: ClaimSource,
    db: Session,
    handler: Handler<Payload>,
    options: WorkOptions<Payload>,
    internals: WorkerInternals = {},
  ) {
    super(queue.meter);
    requireFunction(handler, 'handler');
    if (options.backoff !== undefined) requireFunction(options.backoff, 'backoff');
    if (!db.isOpen) throw new ClosedError('the database');
    this.id = `${internals.idPrefix ?? ''}${newOwner()}`;
    this.#onEnd = internals.onEnd ?? (() => {});
    this.#queue = queue;
    this.#db = db;
    this.#jobs = new HeldJobs(
      requireInteger(options.concurrency ?? 1, 'concurrency', 1),
      requireInteger(options.prefetch ?? 0, 'prefetch', 0),
    );
    this.#runner = new HandlerRunner(handler, options.timeoutS, this.#jobs, this.#outcomes, {
      returned: (execution) => this.#reportBlockage([execution]),
      freed: () => this.#loop.schedule(),
      error: (error) => this.report(error),
    });
    const { backoff = exponentialBackoff } = options;
    this.#settlement = new Settlement(this.id, backoff, this.teller);
    this.#heartbeat = new Heartbeat(queue.visibilityTimeoutS, () => {
      this.#reportBlockage(this.#jobs.started());
      this.#loop.schedule();
    });
    this.#demand = new ClaimDemand(queue.name, db, () => this.#wake());
    this.#loop = new TurnLoop(
      {
        hasWork: () => this.#hasWork(),
        turn: (tries) => this.#turn(tries),
        onError: (error) => this.#onTurnFailed(error),
      },
      db.background.turns,
    );
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
   * How many jobs run at a time. It may be changed: raised, more are claimed at once; lowered, those that run
   * go on to their end, and what was claimed ahead of them is given back without spending an attempt.
   *
   * @throws {TypeError | RangeError} for what is no whole number of at least 1; `pause()` is for none.
   */
  get concurrency(): number {
    return this.#jobs.concurrency;
  }

  set concurrency(concurrency: number) {
    this.#jobs.concurrency = requireInteger(concurrency, 'concurrency', 1);
    this.#giveBackExcess();
    // Not within this statement: it may be a handler's own.
    queueMicrotask(() => this.#runner.start());
    this.#loop.schedule();
  }

  /** Whether `pause()` was called, and not `resume()` since. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /**
   * Claims and starts nothing more until `resume()`: in this worker, not in others of its queue. What was
   * claimed ahead is given back without spending an attempt; handlers that run go on to their end, and are
   * acked and retried as ever. Leave the promise alone if you don't want to wait for them; in a handler,
   * awaiting it is waiting for itself.
   *
   * @returns when no handler runs any more and what they came to is written, or when the worker was resumed.
   *
   * @example
   * ```ts
   * const worker = emails.work(async (job) => console.log(job.payload.to));
   * await worker.pause();
   * worker.resume();
   * ```
   */
  pause(): Promise<void> {
    this.#isPaused = true;
    this.#jobs.isHalted = true;
    this.#giveBackExcess();
    return this.#loop.changedUntil(() => !this.#isPaused || this.#isDrained());
  }

  /** Ends `pause()`. A worker that was stopped stays so. */
  resume(): void {
    this.#isPaused = false;
    this.#jobs.isHalted = this.#stopped !== undefined;
    this.#wake();
  }

  /**
   * Stops claiming, waits for the running handlers, acks what they finished, and gives back what is
   * left after `timeoutMs` without spending an attempt; their signals fire. Paused or not, it does the same.
   * Stopping twice is stopping once.
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
    this.#jobs.isHalted = true;
    this.#giveBackExcess();
    await this.#loop.changedUntil(() => this.#isDrained(), timeoutMs);
    const unfinished = this.#jobs.takeAll();
    for (const execution of unfinished) execution.abandon(new ClosedError('the worker'));
    this.#release(unfinished);
    await this.#loop.changedUntil(() => this.#loop.isQuiet, LAST_WRITE_MS);
    this.#end();
  }

  /** No handler runs, and nothing is to be written. */
  #isDrained(): boolean {
    return this.running === 0 && this.#loop.isQuiet;
  }

  #giveBackExcess(): void {
    const excess = this.#jobs.takeExcess();
    if (excess.length > 0) this.#release(excess);
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
    this.#runner.end();
    this.#demand.end();
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
    this.#demand.renew();
    this.#loop.schedule();
  }

  #hasWork(): boolean {
    return !this.#outcomes.isEmpty || this.#heartbeat.isDue || this.#wanted() > 0;
  }

  /** How many jobs to claim now. */
  #wanted(): number {
    return this.#demand.count(this.#jobs.free);
  }

  #onTurnFailed(error: unknown): void {
    if (this.#db.isOpen) this.report(error);
    else this.#end();
  }

  /** Returns false if the database can't be written now. */
  async #turn(tries: number): Promise<boolean> {
    const batch = this.#outcomes.take(LARGEST_BATCH);
    const wanted = this.#wanted();
    let steps: Step[] = [];
    let results: unknown[] | undefined;
    try {
      steps = this.#steps(batch, wanted);
      if (steps.length === 0) return true;
      if (wanted > 0) this.#demand.asking();
      results = await this.#db.background.try<unknown[]>(
        steps.map(({ query }) => query),
        tries,
      );
    } finally {
      if (results === undefined) {
        this.#outcomes.putBack(batch);
        this.#demand.renew();
      }
    }
    if (results === undefined) return false;
    for (const [index, { apply }] of steps.entries()) apply(results[index]);
    this.#giveBackExcess(); // of what was claimed although the worker was paused or stopped meanwhile
    this.emitNoted(); // before what was claimed starts: a listener may end the worker
    this.#runner.start();
    if (wanted > 0 && !this.#loop.isEnded) {
      await this.#demand.answered((results.at(-1) as ClaimedRow[]).length === wanted);
    }
    return true;
  }

  #steps(batch: Outcomes<Payload>, wanted: number): Step[] {
    const steps = this.#settlement.steps(batch);
    if (this.#heartbeat.isDue) {
      steps.push(...this.#heartbeat.steps(this.#jobs, this.id, (id) => this.#lose(id)));
    }
    if (wanted > 0) {
      const { name, visibilityTimeoutS } = this.#queue;
      const query = queries.claimBatch(name, this.id, wanted, visibilityTimeoutS);
      steps.push(step(query, (rows) => this.#onClaimed(rows)));
    }
    return steps;
  }

  #lose(id: number): void {
    const execution = this.#jobs.remove(id);
    if (execution === undefined || execution.job.isSettled) return; // a lease that its handler has ended
    execution.abandon(new LeaseLostError(id));
    this.teller.lost(execution.job);
  }

  #onClaimed(rows: ClaimedRow[]): void {
    if (this.#loop.isEnded) {
      this.#giveBackLate(rows);
      return;
    }
    const now = performance.now();
    for (const row of rows) {
      // The event loop was blocked for longer than the lease, and it is this worker that gets it again.
      this.#lose(row.id);
      const job = toJob<Payload>(this.#queue, this.#db, row);
      if (Job.is(job)) this.#jobs.add(new Execution(job, now));
      else this.#outcomes.malformed.push({ row, error: job });
    }
    if (!this.#jobs.isEmpty) this.#heartbeat.arm();
  }

  /** On an asynchronous connection a claim may be made that was asked for before the worker ended. */
  #giveBackLate(rows: ClaimedRow[]): void {
    if (rows.length === 0) return;
    const given = this.#db.background.run([queries.releaseClaims(rows, this.id)]);
    given.catch(() => {}); // the database was closed: the leases run out
  }

  #reportBlockage(running: Execution<Payload>[]): void {
    const blockage = this.#heartbeat.blockage(running);
    if (blockage !== undefined) this.report(blockage);
  }
}
