import Database from 'better-sqlite3';

/** Jobs that are in a file beside those that are claimed. */
export interface Crowd {
  /** Scheduled for tomorrow, in the same queue and at a higher priority. */
  delayed: number;
  /** Under a lease that is valid until tomorrow. */
  inFlight: number;
  ready: number;
  /** Others than the one that is claimed from, with 1,000 jobs ready in each. */
  otherQueues: number;
}

const JOBS_OF_ANOTHER_QUEUE = 1000;

/** Fills a new file, fast. */
export function fill(path: string, queue: string, payload: unknown, crowd: Crowd): void {
  const db = new Database(path);
  // Nothing of this has to survive a crash, so nothing waits for the disk or is written twice.
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  const insert = (count: number, columns: string, values: string) => {
    if (count === 0) return;
    db.prepare(
      `WITH RECURSIVE counter (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counter WHERE i < $count)
       INSERT INTO _honker_live (queue, payload, ${columns}) SELECT $queue, $payload, ${values} FROM counter`,
    ).run({ count, queue, payload: JSON.stringify(payload) });
  };
  insert(crowd.delayed, 'priority, run_at', '10, unixepoch() + 86400');
  insert(
    crowd.inFlight,
    'state, worker_id, claim_expires_at, attempts',
    "'processing', 'another-worker', unixepoch() + 86400, 1",
  );
  insert(crowd.ready, 'run_at', 'unixepoch()');
  if (crowd.otherQueues > 0) {
    db.prepare(
      `WITH RECURSIVE counter (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counter WHERE i + 1 < $count)
       INSERT INTO _honker_live (queue, payload)
       SELECT $queue || '-' || (i % $queues), $payload FROM counter`,
    ).run({
      count: crowd.otherQueues * JOBS_OF_ANOTHER_QUEUE,
      queue,
      queues: crowd.otherQueues,
      payload: JSON.stringify(payload),
    });
  }
  db.pragma('journal_mode = WAL');
  db.close();
}
