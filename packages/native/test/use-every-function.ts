import type { Database } from 'better-sqlite3';

/** Calls every function, on every path that runs a statement of its own. */
export function useEveryFunction(db: Database): void {
  const call = (sql: string) => db.prepare(`SELECT ${sql}`).pluck().get();
  const enqueue = (queue: string, runAt = 'NULL', attempts = 3, expires = 'NULL', priority = 0) =>
    call(`honker_enqueue('${queue}', '1', ${runAt}, NULL, ${priority}, ${attempts}, ${expires})`);
  const claim = (n = 1) => call(`honker_claim_batch('q', 'w', ${n}, 60)`);

  call('honker_version()');
  enqueue('q', 'unixepoch() + 1000', 3, 'NULL', 5); // for later, above what is due
  enqueue('q');
  enqueue('q');
  enqueue('q', 'NULL', 3, '0'); // expires at once
  enqueue('q', 'NULL', 0); // has no attempts
  claim(9);
  call("honker_heartbeat(2, 'w', 60)");
  call("honker_retry(2, 'w', 0, 'e')");
  call("honker_fail(3, 'w', 'e')");
  claim();
  db.exec("UPDATE _honker_live SET claim_expires_at = 5 WHERE state = 'processing'");
  claim(); // of a lease that has expired
  enqueue('q', 'unixepoch()');
  call("honker_queue_next_claim_at('q')");
  call("honker_ack(2, 'w')");
  call("honker_enqueue_batch('q', '[1,2,3,4,5]', NULL, NULL, NULL, NULL, NULL)");
  claim(9);
  const many = JSON.stringify(Array.from({ length: 100 }, (_, i) => i));
  call(`honker_enqueue_batch('many', '${many}', NULL, NULL, NULL, NULL, NULL)`);
  call("honker_ack_batch('[6]', 'w')");
  call("honker_ack_claims('[7, 1]', 'w')");
  call("honker_heartbeat_batch('[8]', 'w', 60)");
  call("honker_heartbeat_claims('[8, 1]', 'w', 60)");
  call("honker_release_claims('[8, 1]', 'w')");
  enqueue('r', 'NULL', 3, '0');
  call("honker_sweep_expired('r')");
  call('honker_get_job(8)');
  call('honker_cancel(8)');
  call('honker_queue_stats(NULL)');
  call("honker_pending_list('q', 0, 0, 0, 9)");
  call("honker_processing_list('q', NULL, NULL, 9)");
  call("honker_dead_list('q', NULL, 9)");
  call('honker_dead_list(NULL, NULL, 9)');
  call('honker_dead_requeue(3)');
  call("honker_dead_purge('q', 0)");
  call('honker_dead_purge(NULL, 0)');
  useStreams(call);
  useSchedules(call);
  useTheRest(call);
  db.exec('BEGIN');
  claim(); // in a savepoint
  db.exec('COMMIT');
  failInside(db);
}

type Call = (sql: string) => unknown;

function useStreams(call: Call): void {
  call("honker_stream_publish('t', NULL, '1')");
  call("honker_stream_read_since('t', 0, 9)");
  call("honker_stream_read_flat('t', 0, 9)");
  call("honker_stream_last('t')");
  call("honker_stream_save_offset('c', 't', 1)");
  call(`honker_stream_publish_batch('t', NULL, '[1,2]')`);
  call("honker_stream_get_offset('c', 't')");
  call('honker_stream_stats(NULL)');
  call("honker_stream_trim('t', 9)");
  call("notify('c', '1')");
  call('honker_notifications_last()');
  call('honker_notifications_since(0, 9)');
  call('honker_notifications_prune(0, 0)');
}

function useSchedules(call: Call): void {
  call("honker_scheduler_register('s', 'q', '@every 1s', '1', 0, NULL)");
  call("honker_scheduler_update('s', NULL, NULL, 1, NULL, 0)");
  call("honker_scheduler_pause('s')");
  call("honker_scheduler_resume('s')");
  call('honker_scheduler_list()');
  call('honker_scheduler_soonest()');
  call('honker_scheduler_tick(unixepoch() + 1)');
  call("honker_scheduler_unregister('s')");
}

function useTheRest(call: Call): void {
  call("honker_lock_acquire('l', 'o', 60)");
  call("honker_lock_get('l')");
  call("honker_lock_renew('l', 'o', 60)");
  call("honker_lock_release('l', 'o')");
  call("honker_rate_limit_try('r', 1, 60)");
  call('honker_rate_limit_sweep(60)');
  call("honker_result_save(1, '1', 60)");
  call('honker_result_get(1)');
  call('honker_result_sweep()');
}

/** Errors that roll back: on its own, and in a savepoint of the caller's transaction. */
function failInside(db: Database): void {
  db.exec(
    'CREATE TEMP TRIGGER refuse BEFORE INSERT ON main._honker_live WHEN new.payload = \'"refuse"\'' +
      " BEGIN SELECT RAISE(ABORT, 'refused'); END",
  );
  const batch = `SELECT honker_enqueue_batch('q', '["refuse"]', NULL, NULL, NULL, NULL, NULL)`;
  for (const around of [[], ['BEGIN', 'ROLLBACK']]) {
    if (around[0]) db.exec(around[0]);
    let failed = false;
    try {
      db.prepare(batch).get();
    } catch {
      failed = true;
    }
    if (!failed) throw new Error('the batch was to be refused');
    if (around[1]) db.exec(around[1]);
  }
  db.exec('DROP TRIGGER refuse');
}
