import type { Database } from './database.js';
import { DueTimer } from './due-timer.js';
import { ClosedError, DatabaseReplacedError } from './errors.js';
import { Job, parsePayload, type RunNow } from './job.js';
import { type ClaimedRow, queries } from './queries.js';
import type { Queue } from './queue.js';

export interface ClaimOptions {
  /** Ends the iteration; it never throws for it. */
  signal?: AbortSignal;
}

/**
 * Claims up to `count` jobs by hand. A row whose payload isn't JSON is buried, and the next one is
 * claimed in its place.
 */
export function claimJobs<Payload>(
  queue: Queue<Payload>,
  runNow: RunNow,
  workerId: string,
  count: number,
): Job<Payload>[] {
  const jobs: Job<Payload>[] = [];
  for (;;) {
    const rows = runNow(
      'queue.claimBatch()',
      queries.claimBatch(queue.name, workerId, count - jobs.length, queue.visibilityTimeoutS),
    );
    for (const row of rows) {
      const job = toJob(queue, runNow, row);
      if (typeof job === 'string') runNow('queue.claimBatch()', queries.fail(row, workerId, job));
      else jobs.push(job);
    }
    if (rows.length === 0 || jobs.length === count) return jobs;
  }
}

/** The job of a row, or why its payload is malformed. */
export function toJob<Payload>(
  queue: Queue<Payload>,
  runNow: RunNow,
  row: ClaimedRow,
): Job<Payload> | string {
  const parsed = parsePayload(row);
  if ('malformed' in parsed) return parsed.malformed;
  return new Job(row, parsed.payload as Payload, runNow, queue.visibilityTimeoutS);
}

/** The iterator behind `queue.claim()`. */
export async function* iterateJobs<Payload>(
  queue: Queue<Payload>,
  db: Database,
  workerId: string,
  { signal }: ClaimOptions,
): AsyncGenerator<Job<Payload>, void, undefined> {
  const bell = new Bell();
  const timer = new DueTimer(() => bell.ring());
  let isReplaced = false;
  const unlisten = db.commits.listen((alive) => {
    isReplaced ||= !alive;
    bell.ring();
  });
  const ring = () => bell.ring();
  signal?.addEventListener('abort', ring);
  db.beforeClose.add(ring);
  try {
    while (!signal?.aborted) {
      if (isReplaced) throw new DatabaseReplacedError(db.path);
      if (!db.isOpen) throw new ClosedError('the database');
      bell.silence(); // before looking, so that a commit after the look rings again
      const [rows] = await db.background.run<[ClaimedRow[]]>([
        queries.claimBatch(queue.name, workerId, 1, queue.visibilityTimeoutS),
      ]);
      for (const row of rows) {
        const job = toJob(queue, db.runNow, row);
        if (typeof job === 'string') await db.background.run([queries.fail(row, workerId, job)]);
        else yield job;
      }
      if (rows.length > 0) continue;
      const [nextAt] = await db.background.run<[number]>([queries.nextClaimAt(queue.name)]);
      timer.set(nextAt);
      await bell.rung();
    }
  } finally {
    timer.clear();
    unlisten();
    signal?.removeEventListener('abort', ring);
    db.beforeClose.delete(ring);
  }
}

/** Remembers a ring until it is silenced. */
class Bell {
  #resolve!: () => void;
  #rung!: Promise<void>;

  constructor() {
    this.silence();
  }

  silence(): void {
    this.#rung = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  ring(): void {
    this.#resolve();
  }

  rung(): Promise<void> {
    return this.#rung;
  }
}
