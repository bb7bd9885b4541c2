/**
 * For packages that adapt an ORM or a framework: run honker's queries on its connection and in its transactions.
 * Applications don't need it.
 *
 * @module
 */
export { extensionPath } from '@honker/native';
export { adopt, NO_MEMORY } from './connection/adopt.js';
export type { AsyncConnection } from './connection/async-connection.js';
export type { Connection } from './connection/connection.js';
export { isBusy } from './connection/driver.js';
export { type ForeignTransaction, runInTransaction } from './foreign-transaction.js';
export { openAsync } from './open-async.js';
export { queries } from './queries/queries.js';
export type { Query } from './queries/query.js';
export { argumentsOf, readEnvelope, type TaskCall, toEnvelope } from './task-envelope.js';
export { describeError } from './thrown.js';
