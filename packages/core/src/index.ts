/**
 * Durable queues inside the SQLite file that an application already has.
 *
 * @module
 */
export { ExtensionNotFoundError } from '@honker/native';
export type { ClaimOptions } from './claim.js';
export type { BetterSqlite3Database } from './connection/better-sqlite3.js';
export type { SqlValue, WriteResult } from './connection/connection.js';
export { type Database, open, type TransactionHandle } from './database.js';
export type { DeadJob, DeadLetters } from './dead-letters.js';
export {
  ClosedError,
  DatabaseReplacedError,
  FailError,
  HonkerError,
  LeaseLostError,
  RetryError,
  TransactionOpenError,
  TransactionUnusableError,
} from './errors.js';
export type { Job } from './job.js';
export type { EnqueueOptions, JobRecord, Queue, QueueOptions, QueueStats } from './queue.js';
export type { Transaction } from './transaction.js';
export type {
  Handler,
  HandlerContext,
  StopOptions,
  Worker,
  WorkerEvents,
  WorkOptions,
} from './worker.js';
