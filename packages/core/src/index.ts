/**
 * Durable queues inside the SQLite file that an application already has.
 *
 * @module
 * @mergeModuleWith <project>
 */
export { ExtensionNotFoundError } from '@honker/native';
export type {
  AsyncDatabase,
  AsyncDeadLetters,
  AsyncHandler,
  AsyncJob,
  AsyncLock,
  AsyncOutbox,
  AsyncOutboxHandler,
  AsyncOutboxOptions,
  AsyncQueue,
  AsyncScheduler,
  AsyncStream,
  AsyncTask,
  AsyncWorker,
  AsyncWorkerEvents,
  AsyncWorkOptions,
} from './async-database.js';
export type { ListenOptions, Notification } from './channel.js';
export type { ClaimOptions } from './claim.js';
export type { CommitEvents, UpdateOptions } from './commit-events.js';
export type { DriverDatabase } from './connection/adopt.js';
export type { BetterSqlite3Database } from './connection/better-sqlite3.js';
export type { BunSqliteDatabase } from './connection/bun-sqlite.js';
export type { SqlValue, WriteResult } from './connection/connection.js';
export type { NodeSqliteDatabase } from './connection/node-sqlite.js';
export type { Database, Retention } from './database.js';
export type { DeadJob, DeadLetters } from './dead-letters.js';
export {
  ClosedError,
  DatabaseReplacedError,
  EventLoopBlockedError,
  FailError,
  HonkerError,
  LeaseLostError,
  LockLostError,
  NoResultError,
  RetryError,
  SchemaError,
  TimeoutError,
  TransactionOpenError,
  TransactionUnusableError,
} from './errors.js';
export type { HandlerContext } from './execution.js';
export type { FollowOptions } from './follow.js';
export type { Handler } from './handler-runner.js';
export type { Job } from './job.js';
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
export type {
  EnqueueOptions,
  Queue,
  QueueOptions,
  QueueStats,
  SchemaQueueOptions,
} from './queue.js';
export type { WaitOptions } from './result.js';
export type {
  Fired,
  RunOptions,
  Schedule,
  ScheduleOptions,
  Scheduler,
  ScheduleUpdate,
} from './scheduler.js';
export type { TransactionHandle } from './session.js';
export type { InputOf, OutputOf, SchemaIssue, StandardSchema } from './standard-schema.js';
export type {
  ConsumerStats,
  SchemaStreamOptions,
  Stream,
  StreamEvent,
  StreamStats,
} from './stream.js';
export type { SubscribeOptions } from './subscription.js';
export type { SchemaTaskOptions, Task, TaskHandle, TaskOptions } from './task.js';
export type { RunTasksOptions } from './task-runner.js';
export type { Transaction } from './transaction.js';
export type { StopOptions, WorkOptions } from './work-options.js';
export type { Worker } from './worker.js';
export type { WorkerEvents } from './worker-events.js';
