/**
 * honker in Drizzle's transactions: a job that commits with the row beside it.
 *
 * @module
 */
export type {
  AsyncDrizzleDeadLetters,
  AsyncDrizzleHandler,
  AsyncDrizzleJob,
  AsyncDrizzleQueue,
  AsyncDrizzleStream,
  AsyncHonkerDrizzle,
} from './async-honker.js';
export type { DrizzleDeadLetters } from './dead-letters.js';
export type { AsyncDrizzleHandle, DrizzleHandle } from './handle.js';
export type { HonkerDrizzle } from './honker.js';
export {
  type AsyncDrizzleDatabase,
  type DrizzleDatabase,
  honkerDrizzle,
} from './honker-drizzle.js';
export type { DrizzleJob } from './job.js';
export type { DrizzleHandler, DrizzleQueue } from './queue.js';
export type { DrizzleStream } from './stream.js';
export { honkerTables } from './tables.js';
