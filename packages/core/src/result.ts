import { requireInteger } from './arguments.js';
import { LONGEST_DELAY_MS } from './due-timer.js';
import { NoResultError, TimeoutError } from './errors.js';
import { News } from './news.js';
import type { DeadRow } from './queries/dead-letters.js';
import type { JobRow } from './queries/jobs.js';
import { queries } from './queries/queries.js';
import type { Session } from './session.js';

/**
 * How to wait for a result.
 *
 * @example
 * ```ts
 * const id = emails.enqueue({ to: 'alice@example.com' });
 * db.saveResult(id, { sent: true });
 * await emails.waitResult(id, { timeoutMs: 5000, signal: AbortSignal.timeout(6000) });
 * ```
 */
export interface WaitOptions {
  /** How long to wait, in milliseconds. Default: as long as it takes. */
  timeoutMs?: number;
  /** Ends the waiting, by throwing its reason. */
  signal?: AbortSignal;
}

/** Waits for the result of a job: it is saved before the job is acked, so who finds no job finds it. */
export async function waitResult<Result>(
  db: Session,
  queue: string,
  jobId: number,
  { timeoutMs, signal }: WaitOptions,
): Promise<Result> {
  requireInteger(jobId, 'id', 0);
  if (timeoutMs !== undefined) requireInteger(timeoutMs, 'timeoutMs', 0);
  const news = new News(db, signal);
  let isTimeUp = false;
  const onTimeUp = () => {
    isTimeUp = true;
    news.ring();
  };
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(onTimeUp, Math.min(timeoutMs, LONGEST_DELAY_MS));
  try {
    while (news.look()) {
      const [job] = await db.background.run<[JobRow | null]>([queries.getJob(jobId)]);
      const [json] = await db.background.run<[string | null]>([queries.getResult(jobId)]);
      if (json !== null) return JSON.parse(json) as Result;
      if (job === null) throw new NoResultError(jobId, await lastError(db, queue, jobId));
      if (isTimeUp) throw new TimeoutError(`job ${jobId} had no result after ${timeoutMs} ms`);
      await news.wait();
    }
    throw signal?.reason;
  } finally {
    clearTimeout(timer);
    news.close();
  }
}

async function lastError(db: Session, queue: string, jobId: number): Promise<string | null> {
  const query = queries.deadList(queue, jobId - 1, 1);
  const [[dead]] = await db.background.run<[DeadRow[]]>([query]);
  return dead?.id === jobId ? dead.last_error : null;
}
