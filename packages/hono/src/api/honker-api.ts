import { Hono } from 'hono';
import { type Authorize, authorized } from './authorize.js';
import type { ApiDatabase } from './database.js';
import { queueRoutes } from './queues.js';
import { scheduleRoutes } from './schedules.js';
import { streamRoutes } from './streams.js';

/**
 * The options of `honkerApi()`.
 *
 * @example
 * ```ts
 * const options: HonkerApiOptions = { authorize: isAdmin };
 * app.route('/honker', honkerApi(db, options));
 * ```
 */
export interface HonkerApiOptions {
  /** Asked before each request. There is no default: the API shows payloads and deletes jobs. */
  authorize: Authorize;
}

/**
 * The API's type, for `hc`.
 *
 * @example
 * ```ts
 * const client = hc<HonkerApi>('https://example.com/honker');
 * const stats = () => client.queues.$get(); // typed
 * ```
 */
export type HonkerApi = ReturnType<typeof honkerApi>;

/**
 * A JSON API to look at queues, jobs, dead letters, schedules and streams, and to cancel, requeue, purge, pause and
 * resume. Mount it where you like; `hc` knows its types.
 *
 * | | |
 * | --- | --- |
 * | `GET /queues`, `GET /queues/:queue` | how many jobs are in which state |
 * | `GET /queues/:queue/jobs?state=&after=&limit=` | `pending` (default) or `processing`, page by page |
 * | `GET /queues/:queue/jobs/:id`, `DELETE` | one job, dead ones included; cancels it |
 * | `GET /queues/:queue/dead?after=&limit=` | dead letters |
 * | `POST /queues/:queue/dead/:id/requeue` | puts one back: the id of the new job |
 * | `DELETE /queues/:queue/dead?olderThanS=` | purges them |
 * | `GET /schedules`, `POST /schedules/:name/pause`, `…/resume` | |
 * | `GET /streams`, `GET /streams/:topic` | with the lag of each consumer |
 *
 * A refusal is `{ error }` with 400, 403 or 404.
 *
 * @throws {TypeError} without `authorize`.
 *
 * @example
 * ```ts
 * const app = new Hono().route('/honker', honkerApi(db, { authorize: (c) => isAdmin(c) }));
 * ```
 */
export function honkerApi(db: ApiDatabase, options: HonkerApiOptions) {
  return new Hono()
    .use(authorized(options?.authorize))
    .route('/queues', queueRoutes(db))
    .route('/schedules', scheduleRoutes(db))
    .route('/streams', streamRoutes(db));
}
