import type { MiddlewareHandler } from 'hono/types';
import type { EnqueuedJob } from './enqueued-jobs.js';

/**
 * What `honkerMiddleware()` puts into the context.
 *
 * @example
 * ```ts
 * const orders = new Hono<{ Variables: HonkerVariables<Database> }>().get('/stats', (c) =>
 *   c.json(c.var.honker.queues()),
 * );
 * app.use(honkerMiddleware(db)).route('/orders', orders);
 * ```
 */
export interface HonkerVariables<Honker, Db = Honker> {
  /** What was given to `honkerMiddleware()`. */
  honker: Honker;
  /** The database that `transaction()` runs in. */
  honkerDb: Db;
  /** The jobs that `enqueue()` has enqueued for this request. */
  honkerJobs: readonly EnqueuedJob[];
}

/**
 * Puts a honker database, of whatever driver or ORM, into the context: `c.var.honker`, with its type.
 *
 * @param honker - what `open()`, `honkerDrizzle()` or `honkerKysely()` returned.
 *
 * @example
 * ```ts
 * const db = open('app.db');
 * const app = new Hono()
 *   .use(honkerMiddleware(db))
 *   .post('/signup', (c) => {
 *     const id = c.var.honker.queue('emails').enqueue({ to: 'alice@example.com' });
 *     return c.json({ id }, 201);
 *   });
 * ```
 */
export function honkerMiddleware<Honker extends object>(
  honker: Honker,
): MiddlewareHandler<{ Variables: HonkerVariables<Honker> }>;
/**
 * The same, with the database of an ORM.
 *
 * @param db - the Drizzle or Kysely database itself, for `transaction()`.
 */
export function honkerMiddleware<Honker extends object, Db extends object>(
  honker: Honker,
  db: Db,
): MiddlewareHandler<{ Variables: HonkerVariables<Honker, Db> }>;
export function honkerMiddleware(
  honker: object,
  db = honker,
): MiddlewareHandler<{ Variables: HonkerVariables<object> }> {
  if (typeof honker !== 'object' || honker === null) {
    throw new TypeError(
      'honkerMiddleware() takes a honker database: what open(), honkerDrizzle() or honkerKysely() returned',
    );
  }
  return async (c, next) => {
    c.set('honker', honker);
    c.set('honkerDb', db);
    c.set('honkerJobs', []);
    await next();
  };
}
