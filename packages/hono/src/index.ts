/**
 * honker for Hono: enqueue from a route, stream to a browser, and an API to look after it all.
 *
 * @module
 */
export type { Authorize } from './api/authorize.js';
export { type HonkerApi, type HonkerApiOptions, honkerApi } from './api/honker-api.js';
export { type Channel, channel } from './channel.js';
export {
  type Accepted,
  type EnqueueRouteOptions,
  enqueue,
} from './enqueue.js';
export type { EnqueuedJob } from './enqueued-jobs.js';
export { type HonkerVariables, honkerMiddleware } from './honker-middleware.js';
export type { Invalid, Issue } from './invalid.js';
export {
  type SchemaValidatorOptions,
  schemaValidator,
  type TooLarge,
  type Validated,
} from './schema-validator.js';
export {
  type StreamEventsOptions,
  type StreamOptions,
  streamEvents,
} from './stream-events.js';
export { transaction } from './transaction.js';
