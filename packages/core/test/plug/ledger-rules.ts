/**
 * What honker promises, whatever happens to its processes:
 *
 * - I1 A committed job is handled at least once; none is left over, lost, or finished by two owners.
 * - I2 What was rolled back is never seen by anybody.
 * - I3 Every commit is followed by a wake of every subscriber in every process.
 * - I4 Who has lost a lease can't ack, retry, fail or extend it.
 * - I5 A boundary of a schedule fires once, and a leader that dies is replaced.
 * - I6 A consumer's saved offset never moves back, and no event is skipped.
 * - I7 A row that somebody wrote badly is buried, and the worker goes on.
 * - I8 Closing releases everything, so that the process can end.
 *
 * A ledger can tell of most; I3 and I8 show as programs that wait for ever.
 */
export interface Rule {
  invariant: 'I1' | 'I2' | 'I4' | 'I5' | 'I6' | 'I7';
  says: string;
  /** Selects what breaks the rule. */
  sql: string;
}

export const RULES: readonly Rule[] = [
  {
    invariant: 'I1',
    says: 'a committed job was never handled',
    sql: `SELECT key FROM ledger_committed WHERE kind = 'job'
          AND NOT EXISTS (SELECT 1 FROM ledger_handled WHERE job = id)`,
  },
  {
    invariant: 'I1',
    says: 'a committed job is neither there nor finished',
    sql: `SELECT key FROM ledger_committed WHERE kind IN ('job', 'malformed')
          AND NOT EXISTS (SELECT 1 FROM ledger_finished WHERE job = ledger_committed.id)
          AND NOT EXISTS (SELECT 1 FROM _honker_live WHERE id = ledger_committed.id)`,
  },
  {
    invariant: 'I1',
    says: 'a job was left over',
    sql: `SELECT id, state, attempts FROM _honker_live`,
  },
  {
    invariant: 'I1',
    says: 'a job was finished twice',
    sql: `SELECT job FROM ledger_finished GROUP BY job HAVING count(*) > 1`,
  },
  {
    invariant: 'I1',
    says: 'a job was finished before its owner had handled it',
    sql: `SELECT job, attempt, owner FROM ledger_finished WHERE NOT was_handled
          AND job IN (SELECT id FROM ledger_committed WHERE kind = 'job')`,
  },
  {
    invariant: 'I1',
    says: 'a job was handled together with its ack, and yet not finished by it, once',
    sql: `SELECT job FROM ledger_handled AS handled WHERE how = 'inside'
          GROUP BY job HAVING count(*) > 1 OR NOT EXISTS (SELECT 1 FROM ledger_finished AS finished
            WHERE finished.job = handled.job AND finished.attempt = handled.attempt
              AND finished.owner = handled.owner)`,
  },
  {
    invariant: 'I2',
    says: 'a job was handled that nobody committed',
    sql: `SELECT key, job FROM ledger_handled WHERE key NOT IN (SELECT key FROM ledger_committed)`,
  },
  {
    invariant: 'I2',
    says: 'an event was seen that nobody committed',
    sql: `SELECT key, offset FROM ledger_seen WHERE key NOT IN (SELECT key FROM ledger_committed)`,
  },
  {
    invariant: 'I4',
    says: 'an attempt had two owners',
    sql: `SELECT job, attempt FROM ledger_handled GROUP BY job, attempt HAVING count(*) > 1`,
  },
  {
    invariant: 'I4',
    says: 'a job was taken from its owner before the end of the lease',
    sql: `SELECT job, attempt, owner FROM ledger_taken_early`,
  },
  {
    invariant: 'I5',
    says: 'the jobs of a schedule are not as many as its boundaries',
    // Of a schedule that is '@every 5s', or of another number of seconds.
    sql: `SELECT * FROM (SELECT name,
            ifnull((SELECT sum(to_at - from_at) FROM ledger_boundaries AS b WHERE b.name = task.name), 0)
              / CAST(substr(cron_expr, 8) AS INTEGER) AS boundaries,
            (SELECT count(*) FROM ledger_fired AS f WHERE f.name = task.name) AS fired
          FROM _honker_scheduler_tasks AS task) WHERE boundaries <> fired`,
  },
  {
    invariant: 'I5',
    says: 'a schedule moved back',
    sql: `SELECT name, from_at, to_at FROM ledger_boundaries WHERE to_at < from_at`,
  },
  {
    invariant: 'I6',
    says: 'a saved offset moved back',
    sql: `SELECT consumer, offset FROM ledger_moved_back`,
  },
  {
    invariant: 'I6',
    says: 'an offset was saved of an event that had not been handled',
    sql: `SELECT consumer, offset FROM ledger_passed_over`,
  },
  {
    invariant: 'I6',
    says: 'an event was skipped',
    sql: `SELECT DISTINCT seen.consumer, committed.key FROM ledger_committed AS committed
          JOIN (SELECT DISTINCT consumer FROM ledger_seen) AS seen
          WHERE committed.kind = 'event' AND NOT EXISTS
          (SELECT 1 FROM ledger_seen WHERE consumer = seen.consumer AND offset = committed.id)`,
  },
  {
    invariant: 'I6',
    says: 'an event came again, or out of order, in one subscription',
    sql: `SELECT consumer, session, offset FROM (SELECT *,
          lag(offset) OVER (PARTITION BY consumer, session ORDER BY rowid) AS before FROM ledger_seen)
          WHERE before >= offset`,
  },
  {
    invariant: 'I6',
    says: 'an event whose effect and offset commit together came twice',
    sql: `SELECT consumer, offset FROM ledger_seen WHERE consumer LIKE 'exactly-once%'
          GROUP BY consumer, offset HAVING count(*) > 1`,
  },
  {
    invariant: 'I7',
    says: 'a malformed job was not buried, with a reason',
    sql: `SELECT key FROM ledger_committed WHERE kind = 'malformed' AND NOT EXISTS (SELECT 1 FROM _honker_dead
          WHERE id = ledger_committed.id AND last_error LIKE 'payload is not valid JSON%')`,
  },
  {
    invariant: 'I7',
    says: 'a job was buried that was not malformed',
    sql: `SELECT id, last_error FROM _honker_dead
          WHERE id NOT IN (SELECT id FROM ledger_committed WHERE kind = 'malformed')`,
  },
];
