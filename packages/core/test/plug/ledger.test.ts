import type BetterSqlite3 from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestDatabase } from '../temporary-database.js';
import { Ledger } from './ledger.js';
import { RULES } from './ledger-rules.js';

/** One way to break each rule, by hand, in a ledger that is in order. */
const FAULTS: Record<string, string> = {
  'a committed job was never handled': `DELETE FROM ledger_handled WHERE job = 1`,
  'a committed job is neither there nor finished': `DELETE FROM ledger_finished WHERE job = 1`,
  'a job was left over': `INSERT INTO _honker_live (queue, payload) VALUES ('work', '{}')`,
  'a job was finished twice': `INSERT INTO ledger_finished VALUES (1, 1, 'w', 1)`,
  'a job was finished before its owner had handled it': `
    INSERT INTO _honker_live (id, queue, payload, state, worker_id, attempts) VALUES (7, 'work', '', 'processing', 'w', 2);
    INSERT INTO ledger_committed VALUES ('g', 'job', 7);
    INSERT INTO ledger_handled VALUES ('g', 7, 1, 'w', 'return');
    DELETE FROM _honker_live WHERE id = 7`,
  'a job was handled together with its ack, and yet not finished by it, once': `
    UPDATE ledger_handled SET how = 'inside', owner = 'v' WHERE job = 1`,
  'a job was handled that nobody committed': `INSERT INTO ledger_handled VALUES ('x', 9, 1, 'w', 'return')`,
  'an event was seen that nobody committed': `INSERT INTO ledger_seen VALUES ('c', 's', 9, 'x')`,
  'an attempt had two owners': `INSERT INTO ledger_handled VALUES ('a', 1, 1, 'v', 'return')`,
  'a job was taken from its owner before the end of the lease': `
    INSERT INTO _honker_live (id, queue, payload, state, worker_id, attempts, claim_expires_at)
      VALUES (8, 'work', '', 'processing', 'w', 1, unixepoch() + 10);
    UPDATE _honker_live SET worker_id = 'v', attempts = 2 WHERE id = 8;
    INSERT INTO ledger_handled VALUES ('a', 8, 2, 'v', 'return');
    DELETE FROM _honker_live WHERE id = 8`,
  'the jobs of a schedule are not as many as its boundaries': `
    UPDATE _honker_scheduler_tasks SET next_fire_at = next_fire_at + 2`,
  'a schedule moved back': `
    UPDATE _honker_scheduler_tasks SET next_fire_at = next_fire_at - 1`,
  'a saved offset moved back': `
    UPDATE _honker_stream_consumers SET offset = 0`,
  'an offset was saved of an event that had not been handled': `
    INSERT INTO _honker_stream_consumers VALUES ('careless', 'events', 2)`,
  'an event was skipped': `DELETE FROM ledger_seen WHERE offset = 1`,
  'an event came again, or out of order, in one subscription': `
    INSERT INTO ledger_seen VALUES ('c', 's', 1, 'e1')`,
  'an event whose effect and offset commit together came twice': `
    UPDATE ledger_seen SET consumer = 'exactly-once';
    INSERT INTO ledger_seen VALUES ('exactly-once', 'later', 2, 'e2')`,
  'a malformed job was not buried, with a reason': `UPDATE _honker_dead SET last_error = 'unknown'`,
  'a job was buried that was not malformed': `
    INSERT INTO _honker_dead (id, queue, payload) VALUES (1, 'work', '{}')`,
};

let raw: BetterSqlite3.Database;
let ledger: Ledger;

/** A job and a malformed one, two events and a consumer, a schedule and a boundary: each as it should be. */
beforeEach(() => {
  const test = new TestDatabase();
  raw = test.raw;
  ledger = Ledger.create(raw);
  const queue = test.db.queue('work');
  raw.exec(
    `INSERT INTO _honker_live (queue, payload) VALUES ('work', '{"a":1}'), ('work', '{malformed')`,
  );
  raw.exec(`INSERT INTO ledger_committed VALUES ('a', 'job', 1), ('b', 'malformed', 2)`);
  const [job] = queue.claimBatch('w', 2);
  raw.exec(`INSERT INTO ledger_handled VALUES ('a', 1, 1, 'w', 'return')`);
  job?.ack();
  for (const n of [1, 2]) {
    test.db.stream('events').publish(n);
    raw.exec(`INSERT INTO ledger_committed VALUES ('e${n}', 'event', ${n})`);
    raw.exec(`INSERT INTO ledger_seen VALUES ('c', 's', ${n}, 'e${n}')`);
    test.db.stream('events').saveOffset('c', n);
  }
  const scheduler = test.db.scheduler();
  scheduler.add({ name: 'each second', queue: 'each second', schedule: '@every 1s' });
  scheduler.tick(scheduler.soonest() ?? 0);
  test.db.queue('each second').claimOne('w')?.ack();
});

describe('the ledger', () => {
  it('finds nothing where all is in order', () => {
    expect(ledger.violations()).toEqual([]);
  });

  it.each(RULES)('finds that $says', ({ invariant, says }) => {
    raw.exec(FAULTS[says] ?? '');
    const found = ledger.violations();
    expect(found).toContainEqual(expect.stringMatching(`^${invariant}: ${says}: `));
  });
});
