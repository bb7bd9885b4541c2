/**
 * Durable queues inside the SQLite file that an application already has.
 *
 * @module
 * @mergeModuleWith <project>
 */
export { ExtensionNotFoundError } from '@honker/native';
export type {
  AsyncDatabase,
  AsyncLock,
  AsyncOutbox,
  AsyncOutboxHandler,
  AsyncOutboxOptions,
  AsyncScheduler,
  AsyncStream,
  AsyncTask,
} from './async-database.js';
export type {
  AsyncDeadLetters,
  AsyncHandler,
  AsyncJob,
  AsyncQueue,
  AsyncWorker,
  AsyncWorkerEvents,
  AsyncWorkOptions,
} from './async-queue.js';
export type { ListenOptions, Notification } from './channel.js';
export type { ClaimOptions } from './claim.js';
export type { CommitEvents, UpdateEventsOptions } from './commit-events.js';
export type { DriverDatabase } from './connection/adopt.js';
export type { BetterSqlite3Database } from './connection/better-sqlite3.js';
export type { BunSqliteDatabase } from './connection/bun-sqlite.js';
export type { SqlValue, WriteResult } from './connection/connection.js';
export type { NodeSqliteDatabase } from './connection/node-sqlite.js';
export type { Database } from './database.js';
export type { DeadJob, DeadLetters } from './dead-letters.js';
export type { EnqueueOptions } from './enqueue-options.js';
export {
  ClosedError,
  DatabaseReplacedError,
  EventLoopBlockedError,
  HonkerError,
  LeaseLostError,
  LockLostError,
  NoResultError,
  TimeoutError,
  TransactionOpenError,
  TransactionUnusableError,
} from './errors.js';
export type { HandlerContext } from './execution.js';
export type { FollowOptions } from './follow.js';
export { FailError, RetryError } from './handler-errors.js';
export type { Handler } from './handler-runner.js';
export type { BuriedJob, Job } from './job.js';
export type { JobRecord, JobsOptions } from './job-record.js';
export type { Lock, WithLockOptions } from './lock.js';
export type { DiagnosticsMessages, Metrics, QueueMetrics, WakeMetrics } from './metrics.js';
export { type OpenOptions, open } from './open.js';
export type {
  Outbox,
  OutboxContext,
  OutboxHandler,
  OutboxOptions,
  RunWorkerOptions,
} from './outbox.js';
export type { Queue, QueueOptions, SchemaQueueOptions } from './queue.js';
export type { QueueStats } from './queue-stats.js';
export type { WaitOptions } from './result.js';
export type { ScheduleOptions } from './schedule-options.js';
export type {
  Fired,
  Leader,
  RunOptions,
  Schedule,
  Scheduler,
  ScheduleUpdate,
} from './scheduler.js';
export { SchemaError, type SchemaIssue } from './schema-error.js';
export type { TransactionHandle } from './session.js';
export type { InputOf, OutputOf, StandardSchema } from './standard-schema.js';
export type { SchemaStreamOptions, Stream } from './stream.js';
export type { StreamEvent } from './stream-event.js';
export type { ConsumerStats, StreamStats } from './stream-stats.js';
export type { SubscribeOptions } from './subscription.js';
export type { SchemaTaskOptions, Task, TaskHandle, TaskOptions } from './task.js';
export type { RunTasksOptions } from './task-runner.js';
export type { Transaction } from './transaction.js';
export type { StopOptions, WorkOptions } from './work-options.js';
export type { Worker } from './worker.js';
export type { WorkerEvents } from './worker-events.js';
