/**
 * honker in Kysely's transactions: a job that commits with the row beside it.
 *
 * @module
 */
export type { KyselyDeadLetters } from './dead-letters.js';
export { type HonkerKysely, honkerKysely } from './honker-kysely.js';
export type { KyselyHandler, KyselyJob } from './job.js';
export type { KyselyDatabase, KyselyHandle } from './kysely.js';
export type { KyselyOutbox, KyselyOutboxHandler } from './outbox.js';
export type { KyselyQueue } from './queue.js';
export type { KyselyStream } from './stream.js';
export type { HonkerTables } from './tables.js';
export type { KyselyTask } from './task.js';
