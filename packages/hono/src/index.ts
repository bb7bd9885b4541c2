/**
 * honker for Hono: enqueue from a route, stream to a browser, and an API to look after it all.
 *
 * @module
 */
export {
  type Accepted,
  type EnqueueRouteOptions,
  type EnqueueTarget,
  enqueue,
} from './enqueue.js';
export type { EnqueuedJob } from './enqueued-jobs.js';
export { type HonkerVariables, honkerMiddleware } from './honker-middleware.js';
export {
  type Invalid,
  type Issue,
  type SchemaIssue,
  type SchemaResult,
  type SchemaValidatorOptions,
  type StandardSchema,
  schemaValidator,
  type TooLarge,
  type Validated,
} from './schema-validator.js';
