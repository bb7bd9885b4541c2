import { Job, type JobQueue, type JobSession } from './job.js';
import { News } from './news.js';
import type { PayloadFormat } from './payload.js';
import type { ClaimedRow } from './queries/jobs.js';
import { queries } from './queries/queries.js';
import type { Session } from './session.js';
import { Slice } from './slice.js';
import { answerTo, type Steps } from './steps.js';
import { toError } from './thrown.js';

/**
 * The options of `queue.claim()`.
 *
 * @example
 * ```ts
 * const soon = AbortSignal.timeout(50);
 * for await (const job of emails.claim('worker-1', { signal: soon })) job.ack();
 * ```
 */
export interface ClaimOptions {
  /** Ends the iteration; it never throws for it. */
  signal?: AbortSignal;
}

/** What a claim asks of a queue. */
export interface ClaimSource extends JobQueue {
  readonly name: string;
  readonly format: PayloadFormat;
}

/**
 * Claims up to `count` jobs by hand. A row whose payload isn't JSON is buried, and the next one is
 * claimed in its place.
 */
export function* claimJobs<Payload>(
  queue: ClaimSource,
  session: JobSession,
  workerId: string,
  count: number,
): Steps<Job<Payload>[]> {
  const jobs: Job<Payload>[] = [];
  for (;;) {
    const wanted = count - jobs.length;
    const rows = yield* answerTo(
      queries.claimBatch(queue.name, workerId, wanted, queue.visibilityTimeoutS),
    );
    for (const row of rows) {
      const job = toJob<Payload>(queue, session, row);
      if (Job.is(job)) jobs.push(job);
      else {
        queue.meter.buried(row, job);
        yield queries.fail(row, workerId, job.message);
      }
    }
    if (rows.length === 0 || jobs.length === count) return jobs;
  }
}

export function* claimOne<Payload>(
  queue: ClaimSource,
  session: JobSession,
  workerId: string,
): Steps<Job<Payload> | null> {
  const [job] = yield* claimJobs<Payload>(queue, session, workerId, 1);
  return job ?? null;
}

/** The job of a row, or what is wrong with its payload. */
export function toJob<Payload>(
  queue: ClaimSource,
  session: JobSession,
  row: ClaimedRow,
): Job<Payload> | Error {
  queue.meter.claimed(row);
  let payload: unknown;
  try {
    payload = queue.format.read(row);
  } catch (thrown) {
    return toError(thrown);
  }
  return new Job(row, payload as Payload, session, queue);
}

/** The iterator behind `queue.claim()`. */
export async function* iterateJobs<Payload>(
  queue: ClaimSource,
  db: Session,
  workerId: string,
  { signal }: ClaimOptions,
): AsyncGenerator<Job<Payload>, void, undefined> {
  const news = new News(db, signal);
  const slice = new Slice();
  try {
    while (news.look()) {
      const lookedAt = db.clock.unixSeconds();
      const claimed = await db.background.runUnlessAborted<[ClaimedRow[]]>(
        [queries.claimBatch(queue.name, workerId, 1, queue.visibilityTimeoutS)],
        signal,
      );
      if (claimed === undefined) return;
      for (const row of claimed[0]) {
        const job = toJob<Payload>(queue, db, row);
        if (Job.is(job)) yield job;
        else {
          queue.meter.buried(row, job);
          await db.background.run([queries.fail(row, workerId, job.message)]);
        }
      }
      if (claimed[0].length > 0) {
        await slice.rest();
        continue;
      }
      const [nextAt] = await db.background.run<[number]>([queries.nextClaimAt(queue.name)]);
      // It tells of what comes after now, the claim of what came before; a second may have begun between.
      if (db.clock.unixSeconds() === lookedAt) {
        await news.wait(nextAt);
        slice.begin();
      }
    }
  } finally {
    news.close();
  }
}
