/** What ends examples: their setup and teardown import it from '../finish.js'. */
import type { Database } from '@honker/core';

/** When examples that wait for their end are told to end. */
const SOON_MS = 300;
/** What no worker of the example has taken in this time, nobody will; on a busy machine one may need long. */
const PATIENCE_MS = 3000;

/** Tells an example that waits for it to end, as a supervisor would; on Windows, too, which has no signals. */
export function terminateSoon(): void {
  setTimeout(() => process.emit('SIGTERM', 'SIGTERM'), SOON_MS).unref();
}

/** Lets the workers of an example do their jobs, and closes the database. Throws if one of the jobs failed. */
export async function finish(db: Database): Promise<void> {
  await idle(db);
  if (!db.isOpen) return;
  const failed = db.query(
    `SELECT id, queue, attempts, NULL AS last_error FROM _honker_live WHERE state = 'pending' AND attempts > 0
     UNION ALL SELECT id, queue, attempts, last_error FROM _honker_dead`,
  );
  db.close();
  if (failed.length > 0) throw new Error(`jobs failed: ${JSON.stringify(failed)}`);
}

/** Until there is no job that may run or runs, or the example has closed the database. */
async function idle(db: Database): Promise<void> {
  const hasWorkers = db.beforeClose.size > 0;
  if (!db.isOpen || !hasWorkers) return;
  const commits = db.updateEvents({ signal: AbortSignal.timeout(PATIENCE_MS) });
  try {
    while (isBusy(db) && !(await commits.next()).done);
  } catch (error) {
    if (db.isOpen) throw error;
  }
  await commits.return();
}

function isBusy(db: Database): boolean {
  const busy = `SELECT 1 FROM _honker_live WHERE state = 'processing' OR run_at <= unixepoch() LIMIT 1`;
  return db.query(busy).length > 0;
}
