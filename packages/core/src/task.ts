import { mapped, type Query } from './queries/query.js';
import type { Queue } from './queue.js';
import type { WaitOptions } from './result.js';
import type { Session, TransactionHandle } from './session.js';
import { type StandardSchema, validate } from './standard-schema.js';
import { toEnvelope } from './task-envelope.js';

/**
 * The options of `db.task()`.
 *
 * @example
 * ```ts
 * const add = db.task('add', (a: number, b: number) => a + b, { queue: 'math', retries: 3 });
 * add.enqueue(2, 3);
 * ```
 */
export interface TaskOptions {
  /** Where its jobs go. Default `default`. */
  queue?: string;
  /** How often it is tried again after it failed. Default 2: three attempts, as in a queue. */
  retries?: number;
  /**
   * How long an attempt may take, in whole seconds; then it has failed, and its slot is free. Nothing can end the
   * function: it goes on, and keeps the process alive, but its result doesn't count. Default: as long as it takes.
   */
  timeoutS?: number;
  /** How long its result is kept, in whole seconds. Default 3600. */
  resultTtlS?: number;
  /** Runs it without arguments, again and again: an expression as `scheduler.add()` takes it. */
  schedule?: string;
}

/**
 * The options of a task whose arguments a validator checks, and names the types of.
 *
 * @example
 * ```ts
 * import { z } from 'zod';
 *
 * const schema = z.tuple([z.number(), z.number()]);
 * const add = db.task('add', (a, b) => a + b, { schema });
 * add.enqueue(2, 3);
 * ```
 */
export interface SchemaTaskOptions<Schema extends StandardSchema> extends TaskOptions {
  /**
   * Checks the arguments, as an array, when the task is enqueued, and again when it is run; a job whose
   * arguments fail then goes to dead.
   */
  schema: Schema;
}

/** What a schema says of a list of arguments. */
export type Arguments<List> = List extends readonly unknown[] ? List : never;

/**
 * One run of a task, that was enqueued.
 *
 * @example
 * ```ts
 * const add = db.task('add', (a: number, b: number) => a + b);
 * const running = db.runTasks({ signal: AbortSignal.timeout(300) });
 * const handle = add.enqueue(2, 3);
 * console.log(await handle.get({ timeoutMs: 5000 })); // => 5
 * await running;
 * ```
 */
export class TaskHandle<Result> {
  /** The job's. */
  readonly id: number;
  readonly #queue: Queue;

  /** @internal Applications call `task.enqueue()`. */
  constructor(queue: Queue, id: number) {
    this.#queue = queue;
    this.id = id;
  }

  /**
   * Waits for what the function returned, as JSON gives it back, whatever its type says: undefined has become
   * null, a Date text.
   *
   * @throws {NoResultError} when it failed for good; `lastError` says how.
   * @throws {TimeoutError} when it takes longer than `timeoutMs`.
   */
  get(options: WaitOptions = {}): Promise<Result> {
    return this.#queue.waitResult<Result>(this.id, options);
  }
}

/**
 * A function that runs as a job: enqueued here, run by whatever process has defined it, too, and calls
 * `db.runTasks()`. Made by `db.task()`.
 *
 * @example
 * ```ts
 * const add = db.task('add', (a: number, b: number) => a + b);
 * add.enqueue(2, 3);
 * db.transaction((tx) => add.enqueueTx(tx, 4, 5));
 * ```
 */
export class Task<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly name: string;
  readonly #db: Session;
  readonly #queue: Queue;
  readonly #schema: StandardSchema | undefined;

  /** @internal Applications call `db.task()`. */
  constructor(name: string, db: Session, queue: Queue, schema: StandardSchema | undefined) {
    this.name = name;
    this.#db = db;
    this.#queue = queue;
    this.#schema = schema;
  }

  #query(args: Args): Query<TaskHandle<Result>> {
    validate(this.#schema, args, `the argument list of task ${JSON.stringify(this.name)}`);
    const query = this.#queue.enqueueQuery(toEnvelope(this.name, args), undefined);
    return mapped(query, (id) => new TaskHandle<Result>(this.#queue, id));
  }

  /**
   * Enqueues a run, in a transaction of its own.
   *
   * @throws {TypeError} for arguments that are no JSON values.
   * @throws {SchemaError} for arguments that don't match the task's schema.
   */
  enqueue(...args: Args): TaskHandle<Result> {
    return this.#db.runNow('task.enqueue()', this.#query(args));
  }

  /** Enqueues a run inside an open transaction: it exists when, and only when, that commits. */
  enqueueTx(tx: TransactionHandle, ...args: Args): TaskHandle<Result> {
    return this.#db.runInside('task.enqueueTx()', tx, this.#query(args));
  }
}
