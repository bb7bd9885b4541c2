import {
  type Database,
  type DriverDatabase,
  type HandlerContext,
  type ListenOptions,
  type Notification,
  type OpenOptions,
  open,
  type QueueOptions,
  type QueueStats,
  type RunOptions,
  type Schedule,
  type ScheduleOptions,
  type ScheduleUpdate,
  type StandardSchema,
  type StopOptions,
  type StreamEvent,
  type SubscribeOptions,
  type UpdateEventsOptions,
  type WithLockOptions,
  type WorkOptions,
} from '@honker/core';

/** What a database answers at once, and an asynchronous one later. */
type Awaitable<Value> = Value | Promise<Value>;

/** What the module needs of a worker. */
export interface HonkerWorker {
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  stop(options?: StopOptions): Promise<void>;
}

/** What the module needs of a job. */
export interface HonkerJob {
  readonly id: number;
  readonly payload: unknown;
  readonly workerId: string;
  readonly attempts: number;
}

/** `WorkOptions`, whatever the jobs are. */
export interface HonkerWorkOptions extends Omit<WorkOptions, 'timeoutS'> {
  /** How long an attempt may take, in whole seconds; or what says so for each job. Default: as long as it takes. */
  timeoutS?: number | ((job: HonkerJob) => number | undefined);
}

/** What the module needs of a queue. */
export interface HonkerQueue {
  readonly name: string;
  readonly visibilityTimeoutS: number;
  readonly maxAttempts: number;
  stats(): Awaitable<QueueStats>;
  work(
    handler: (job: HonkerJob, context: HandlerContext) => unknown,
    options?: HonkerWorkOptions,
  ): HonkerWorker;
}

/** What the module needs of a stream. */
export interface HonkerStream {
  subscribe(consumer: string, options?: SubscribeOptions): AsyncIterable<StreamEvent<unknown>>;
}

/** What the module needs to run things in the background. */
export interface HonkerBackground {
  readonly isOpen: boolean;
  listen(channel: string, options?: ListenOptions): AsyncIterable<Notification<unknown>>;
  scheduler(): {
    list(): Awaitable<Schedule[]>;
    add(options: ScheduleOptions): Awaitable<void>;
    update(name: string, changes: ScheduleUpdate): Awaitable<boolean>;
    remove(name: string): Awaitable<boolean>;
    run(options?: RunOptions): Promise<void>;
  };
  withLock(
    name: string,
    options: WithLockOptions,
    body: (signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
  updateEvents(options?: UpdateEventsOptions): AsyncIterableIterator<void, void, undefined>;
  close(): Awaitable<void>;
}

/**
 * What the module needs of an opened database. A `Database` and an `AsyncDatabase` of @honker/core have it, and so
 * have the adapters of ORMs, which keep core's behind `database`.
 */
export type HonkerDatabase = {
  queue(name: string, options?: QueueOptions & { schema?: StandardSchema }): HonkerQueue;
  stream(topic: string, options?: { schema: StandardSchema }): HonkerStream;
} & (HonkerBackground | { readonly database: HonkerBackground });

/** Core's part of a database. */
export function backgroundOf(db: HonkerDatabase): HonkerBackground {
  return 'database' in db ? db.database : db;
}

/** Saves a job's result, where core's own method is at hand: an adapter's takes a transaction first. */
export async function saveResult(
  background: HonkerBackground,
  jobId: number,
  value: unknown,
  ttlS: number,
): Promise<void> {
  const core = background as Partial<Pick<Database, 'saveResult' | 'saveResultTx'>>;
  if (core.saveResultTx !== undefined) await core.saveResult?.(jobId, value, ttlS);
}

/** A database of the application, and whether the module closes it. */
export class OpenedDatabase {
  readonly db: HonkerDatabase;
  readonly #isOwned: boolean;

  constructor(db: HonkerDatabase, isOwned: boolean) {
    this.db = db;
    this.#isOwned = isOwned;
  }

  async close(): Promise<void> {
    if (this.#isOwned) await backgroundOf(this.db).close();
  }

  /** After every worker has stopped, and after the hooks of all other modules: see `HonkerDatabaseModule`. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}

/** Opens what isn't opened yet; that is the module's to close. */
export function openDatabase(
  database: string | DriverDatabase | HonkerDatabase,
  options: OpenOptions,
): OpenedDatabase {
  return isHonker(database)
    ? new OpenedDatabase(database, false)
    : new OpenedDatabase(open(database, options), true);
}

function isHonker(database: unknown): database is HonkerDatabase {
  const { queue, stream } = Object(database) as Partial<HonkerDatabase>;
  return typeof queue === 'function' && typeof stream === 'function';
}
