import { requireFunction, requireInteger, requireName, toJson } from './arguments.js';
import type { HandlerContext } from './execution.js';
import { FailError } from './handler-errors.js';
import type { Job } from './job.js';
import { queries } from './queries/queries.js';
import { Queue } from './queue.js';
import { type OnEnd, runWorkers } from './run-workers.js';
import { ensureSchedule, scheduleColumns } from './schedule-options.js';
import { Scheduler } from './scheduler.js';
import type { Session } from './session.js';
import { requireSchema, type StandardSchema, validate } from './standard-schema.js';
import { runSteps } from './steps.js';
import type { Sweeper } from './sweeper.js';
import { type SchemaTaskOptions, Task, type TaskOptions } from './task.js';
import { argumentsOf, readEnvelope, type TaskCall, toEnvelope } from './task-envelope.js';
import { Worker } from './worker.js';

/**
 * The options of `db.runTasks()`.
 *
 * @example
 * ```ts
 * db.task('tidy', () => console.log('tidied'));
 * await db.runTasks({ concurrency: 5, signal: AbortSignal.timeout(50) });
 * ```
 */
export interface RunTasksOptions {
  /** How many tasks run at a time, for each queue. Default 1. */
  concurrency?: number;
  /** Ends it: it returns when the running tasks have come to their end. */
  signal?: AbortSignal;
}

interface DefinedTask {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the envelope says what it is called with.
  run: (...args: any[]) => unknown;
  queue: string;
  maxAttempts: number;
  timeoutS: number | undefined;
  resultTtlS: number;
  schedule: string | undefined;
  schema: StandardSchema | undefined;
}

/** The tasks that this process has defined, and how it runs them. */
export class TaskRunner {
  readonly #db: Session;
  readonly #resultSweeper: Sweeper;
  readonly #tasks = new Map<string, DefinedTask>();

  constructor(db: Session, resultSweeper: Sweeper) {
    this.#db = db;
    this.#resultSweeper = resultSweeper;
  }

  define<Args extends readonly unknown[], Result>(
    name: string,
    run: (...args: Args) => Result,
    options: TaskOptions & Partial<SchemaTaskOptions<StandardSchema>>,
  ): Task<Args, Awaited<Result>> {
    const { schedule, timeoutS } = options;
    if (this.#tasks.has(requireName(name, 'name'))) {
      throw new TypeError(`a task is called ${JSON.stringify(name)} already`);
    }
    requireFunction(run, 'fn');
    const task: DefinedTask = {
      name,
      run: run as DefinedTask['run'],
      queue: requireName(options.queue ?? 'default', 'queue'),
      maxAttempts: requireInteger(options.retries ?? 2, 'retries', 0) + 1,
      timeoutS: timeoutS === undefined ? undefined : requireInteger(timeoutS, 'timeoutS', 1),
      resultTtlS: requireInteger(options.resultTtlS ?? 3600, 'resultTtlS', 1),
      schedule: schedule === undefined ? undefined : requireName(schedule, 'schedule'),
      schema: requireSchema(options.schema),
    };
    this.#tasks.set(name, task);
    const queue = new Queue(this.#db, task.queue, { maxAttempts: task.maxAttempts });
    return new Task(name, this.#db, queue, task.schema);
  }

  async run({ concurrency = 1, signal }: RunTasksOptions): Promise<void> {
    requireInteger(concurrency, 'concurrency', 1);
    await this.#addSchedules();
    const failed = new AbortController();
    const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
    const queues = new Set(Array.from(this.#tasks.values(), ({ queue }) => queue));
    const starts = Array.from(
      queues,
      (queue) => (onEnd: OnEnd) => this.#work(queue, concurrency, onEnd),
    );
    const runs = [runWorkers(starts, either), new Scheduler(this.#db).run({ signal: either })];
    for (const run of runs) run.catch((error) => failed.abort(error));
    await Promise.allSettled(runs);
    await Promise.all(runs);
  }

  #work(queueName: string, concurrency: number, onEnd: OnEnd): Worker {
    return new Worker(
      new Queue(this.#db, queueName),
      this.#db,
      (job, context) => this.#handle(job, context),
      { concurrency, timeoutS: ({ payload }) => this.#timeoutOf(payload) },
      { onEnd },
    );
  }

  #timeoutOf(payload: unknown): number | undefined {
    const call = readEnvelope(payload);
    return typeof call === 'string' ? undefined : this.#tasks.get(call.task)?.timeoutS;
  }

  async #handle(job: Job<unknown>, context: HandlerContext): Promise<void> {
    const call = readEnvelope(job.payload);
    if (typeof call === 'string') throw new FailError(`not a task: ${call}`);
    const task = this.#tasks.get(call.task);
    if (task === undefined) {
      throw new FailError(
        `no task is called ${JSON.stringify(call.task)} in the process that ran it`,
      );
    }
    const result = await task.run(...checkedArguments(task, call));
    if (context.signal.aborted) return;
    const query = queries.saveResult(job.id, resultJson(result), task.resultTtlS);
    await this.#db.background.run([this.#resultSweeper.counted(query)]);
  }

  async #addSchedules(): Promise<void> {
    const { background } = this.#db;
    for (const { name, queue, schedule, maxAttempts } of this.#tasks.values()) {
      if (schedule === undefined) continue;
      const payload = toEnvelope(name, []);
      const columns = scheduleColumns({ name, queue, schedule, payload, maxAttempts });
      await runSteps(ensureSchedule(columns), (query) =>
        background.run([query]).then(([answer]) => answer),
      );
    }
  }
}

/** @throws {FailError} for arguments that don't match the task's schema: trying again can't help. */
function checkedArguments({ name, schema }: DefinedTask, call: TaskCall): unknown[] {
  const args = argumentsOf(call);
  try {
    return validate(schema, args, `the argument list of task ${JSON.stringify(name)}`) as unknown[];
  } catch (cause) {
    throw new FailError((cause as Error).message, { cause });
  }
}

/** Trying again would do the task's work again, and not mend its result. */
function resultJson(result: unknown): string {
  try {
    return toJson(result ?? null, 'the result');
  } catch (cause) {
    throw new FailError((cause as Error).message, { cause });
  }
}
