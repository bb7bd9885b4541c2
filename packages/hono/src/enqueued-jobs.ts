import type { Context } from 'hono';

/**
 * A job that `enqueue()` has enqueued.
 *
 * @example
 * ```ts
 * new Hono().use(honkerMiddleware(db)).use(async (c, next) => {
 *   await next();
 *   const jobs: readonly EnqueuedJob[] = c.var.honkerJobs;
 *   console.log(c.req.path, jobs);
 * });
 * ```
 */
export interface EnqueuedJob {
  id: number;
  /** Its queue's name. */
  queue: string;
}

/** The header with the job's id; with all of them, where a route enqueues several. */
const JOB_ID_HEADER = 'Honker-Job-Id';

/** Tells of a job: to middleware that is registered before, and to the client. */
export function tell(c: Context, job: EnqueuedJob): void {
  c.set('honkerJobs', [...(c.get('honkerJobs') ?? []), job]);
  c.header(JOB_ID_HEADER, String(job.id), { append: true });
}
