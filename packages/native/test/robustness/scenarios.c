#include "scenarios.h"

#define NOW "1800000000"
#define BOOT "SELECT honker_bootstrap();"
#define ENQUEUE(queue, priority, attempts, expires) \
  "SELECT honker_enqueue('" queue "','{\"n\":1}',NULL,NULL," priority "," attempts "," expires ");"
/* Jobs 1 to 4: two at different priorities, one without attempts, one that has expired. */
#define JOBS BOOT ENQUEUE("q", "0", "3", "NULL") ENQUEUE("q", "7", "3", "60") ENQUEUE("q", "5", "0", "NULL") \
  ENQUEUE("q", "3", "3", "0")
#define CLAIMED JOBS "SELECT honker_claim_batch('q','w',9,60);"
/* Claimed jobs: 1 and 2; dead: 3 and 4; 5 was claimed and its lease has expired, 6 has no attempt left. */
#define LEASES CLAIMED ENQUEUE("q", "0", "3", "NULL") ENQUEUE("q", "0", "1", "NULL") \
  "SELECT honker_claim_batch('q','w',9,60);" \
  "UPDATE _honker_live SET claim_expires_at = 5 WHERE id IN (5, 6);"
#define STREAM BOOT "SELECT honker_stream_publish('t','k','1'), honker_stream_publish('t',NULL,'2')," \
  " honker_stream_publish('é𝄞','k','3'), honker_stream_save_offset('c','t',1);"
#define NOTIFIED BOOT "SELECT notify('c','1'), notify('é','\"é\"'), notify('c','3');"
#define TASKS BOOT "SELECT honker_scheduler_register('a','q','*/5 * * * *','1',0,NULL)," \
  " honker_scheduler_register('b','q','@every 7s','{\"é\":2}',3,60,5);"
#define DUE TASKS "UPDATE _honker_scheduler_tasks SET next_fire_at = next_fire_at - 900;" \
  "INSERT INTO _honker_scheduler_tasks (name, queue, cron_expr, payload, next_fire_at)" \
  " VALUES ('bad','q','nonsense','1',5);"
#define LOCK BOOT "SELECT honker_lock_acquire('l','o',60);"
#define RATE BOOT "SELECT honker_rate_limit_try('r',2,60);"
#define RESULT BOOT "SELECT honker_result_save(1,'\"é\"',0), honker_result_save(2,'2',60);"
#define OTHER "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER);"
#define TRIGGER OTHER "CREATE TRIGGER placed AFTER INSERT ON orders BEGIN" \
  " SELECT honker_enqueue('q', json_object('order', new.id), NULL, NULL, NULL, NULL, NULL); END;"
#define BEGIN "BEGIN; INSERT INTO orders (total) VALUES (42);"
#define BATCH "SELECT honker_enqueue_batch('q','[1, {\"é\":2}, \"3\", [4]]',NULL,5,1,2,60)"

const scenario scenarios[] = {
    {"", NULL, "SELECT honker_bootstrap()"},
    {"CREATE TABLE _honker_scheduler_tasks (name TEXT PRIMARY KEY, queue TEXT NOT NULL, cron_expr TEXT NOT NULL,"
     " payload TEXT NOT NULL, priority INTEGER NOT NULL DEFAULT 0, expires_s INTEGER, next_fire_at INTEGER NOT NULL)",
     NULL, "SELECT honker_bootstrap()"},
    {BOOT, NULL, "SELECT honker_bootstrap()"},
    {OTHER, BEGIN, "SELECT honker_bootstrap()"},
    {BOOT, NULL, "SELECT honker_version()"},
    {BOOT, NULL, "SELECT honker_enqueue('q','{\"é\":1}',NULL,5,1,2,60)"},
    {BOOT OTHER, BEGIN, "SELECT honker_enqueue('q','{\"é\":1}',NULL,5,1,2,60)"},
    {BOOT TRIGGER, NULL, "INSERT INTO orders (total) VALUES (1), (2)"},
    {BOOT TRIGGER, BEGIN, "INSERT INTO orders (total) VALUES (1), (2)"},
    {BOOT, NULL, BATCH},
    {BOOT OTHER, BEGIN, BATCH},
    {BOOT OTHER, NULL, "INSERT INTO orders (total) " BATCH},
    {"", NULL, "SELECT honker_enqueue('q','1',NULL,NULL,NULL,NULL,NULL)"}, /* no such table */
    {BOOT, NULL, "SELECT honker_enqueue('q','[\"é',NULL,NULL,NULL,NULL,NULL)"},
    {BOOT, NULL, "SELECT honker_claim_batch('q','w',9,60)"},
    {JOBS, NULL, "SELECT honker_claim_batch('q','w',9,60)"},
    {JOBS OTHER, BEGIN, "SELECT honker_claim_batch('q','w',9,60)"},
    {LEASES, NULL, "SELECT honker_claim_batch('q','w',9,60)"},
    {JOBS "UPDATE _honker_live SET run_at = run_at + 100 WHERE priority = 7;", NULL,
     "SELECT honker_claim_batch('q','w',1,60)"},
    {BOOT "SELECT honker_enqueue_batch('q', json_group_array(value), NULL, NULL, NULL, NULL, NULL)"
          " FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 300)"
          " SELECT value FROM n);",
     NULL, "SELECT honker_claim_batch('q','w',300,60)"},
    {LEASES "UPDATE _honker_live SET run_at = run_at + 50;", NULL, "SELECT honker_queue_next_claim_at('q')"},
    {JOBS "UPDATE _honker_live SET run_at = run_at + 50 WHERE priority < 7;", NULL,
     "SELECT honker_queue_next_claim_at('q')"},
    {CLAIMED, NULL, "SELECT honker_ack(1,'w')"},
    {CLAIMED, NULL, "SELECT honker_ack(1,'w',1)"},
    {CLAIMED, NULL, "SELECT honker_ack_batch('[1,2,3]','w')"},
    {CLAIMED OTHER, BEGIN, "SELECT honker_ack_batch('[1,2,3]','w')"},
    {CLAIMED, NULL, "SELECT honker_ack_claims('[1,1,2,1,3,1]','w')"},
    {CLAIMED, NULL, "SELECT honker_heartbeat(1,'w',90)"},
    {CLAIMED, NULL, "SELECT honker_heartbeat_batch('[1,2,3]','w',90)"},
    {CLAIMED, NULL, "SELECT honker_heartbeat_claims('[1,1,2,1,3,1]','w',90)"},
    {CLAIMED, NULL, "SELECT honker_release_claims('[1,1,2,1,3,1]','w')"},
    {CLAIMED, NULL, "SELECT honker_retry(1,'w',5,'é')"},
    {CLAIMED "UPDATE _honker_live SET max_attempts = 1;", NULL, "SELECT honker_retry(1,'w',5,'é')"},
    {CLAIMED OTHER, BEGIN, "SELECT honker_retry(1,'w',5,'é',1)"},
    {CLAIMED, NULL, "SELECT honker_fail(1,'w','é')"},
    {CLAIMED OTHER, BEGIN, "SELECT honker_fail(1,'w',NULL)"},
    {CLAIMED, NULL, "SELECT honker_cancel(1)"},
    {CLAIMED, NULL, "SELECT honker_get_job(1)"},
    {CLAIMED, NULL, "SELECT honker_get_job(99)"},
    {JOBS, NULL, "SELECT honker_pending_list('q',NULL,NULL,NULL,9)"},
    {JOBS, NULL, "SELECT honker_pending_list('q',7,0,1,9)"},
    {CLAIMED, NULL, "SELECT honker_processing_list('q',NULL,NULL,9)"},
    {JOBS, NULL, "SELECT honker_sweep_expired('q')"},
    {LEASES, NULL, "SELECT honker_dead_list('q',NULL,9)"},
    {LEASES, NULL, "SELECT honker_dead_list(NULL,1,9)"},
    {LEASES, NULL, "SELECT honker_dead_requeue(3)"},
    {LEASES OTHER, BEGIN, "SELECT honker_dead_requeue(3)"},
    {LEASES, NULL, "SELECT honker_dead_purge('q',0)"},
    {LEASES ENQUEUE("r", "0", "0", "NULL") "SELECT honker_claim_batch('r','w',1,1);", NULL,
     "SELECT honker_dead_purge(NULL,NULL)"},
    {LEASES ENQUEUE("é𝄞", "0", "3", "NULL"), NULL, "SELECT honker_queue_stats(NULL)"},
    {LEASES, NULL, "SELECT honker_queue_stats('q')"},
    {STREAM, NULL, "SELECT honker_stream_publish('t','é','{\"é\":2}')"},
    {STREAM, NULL, "SELECT honker_stream_publish_batch('t','é','[1, {\"é\":2}, \"3\"]')"},
    {STREAM OTHER, BEGIN, "SELECT honker_stream_publish_batch('t',NULL,'[1, {\"é\":2}, \"3\"]')"},
    {STREAM, NULL, "SELECT honker_stream_read_since('t',0,9)"},
    {STREAM "INSERT INTO _honker_stream (topic, payload) VALUES ('t', 'no JSON');", NULL,
     "SELECT honker_stream_read_flat('t',0,9)"},
    {STREAM, NULL, "SELECT honker_stream_last('t')"},
    {STREAM, NULL, "SELECT honker_stream_save_offset('c','t',2)"},
    {STREAM, NULL, "SELECT honker_stream_save_offset('d','t',2)"},
    {STREAM, NULL, "SELECT honker_stream_get_offset('c','t')"},
    {STREAM, NULL, "SELECT honker_stream_trim('t',2)"},
    {STREAM, NULL, "SELECT honker_stream_stats(NULL)"},
    {STREAM, NULL, "SELECT honker_stream_stats('t')"},
    {NOTIFIED, NULL, "SELECT notify('c','\"é\"')"},
    {BOOT OTHER, BEGIN, "SELECT notify('c','1')"},
    {NOTIFIED, NULL, "SELECT honker_notifications_last()"},
    {NOTIFIED, NULL, "SELECT honker_notifications_since(0,9)"},
    {NOTIFIED, NULL, "SELECT honker_notifications_prune(0,1)"},
    {NOTIFIED, NULL, "SELECT honker_notifications_prune(NULL,2)"},
    {TASKS, NULL, "SELECT honker_scheduler_register('c','é','0 3 * * MON','{\"é\":2}',1,60,4)"},
    {TASKS, NULL, "SELECT honker_scheduler_register('a','é','0 3 * * MON','2',1,NULL)"},
    {TASKS, NULL, "SELECT honker_scheduler_unregister('a')"},
    {TASKS, NULL, "SELECT honker_scheduler_pause('a')"},
    {DUE, NULL, "SELECT honker_scheduler_resume('a')"},
    {DUE OTHER, BEGIN, "SELECT honker_scheduler_resume('a')"},
    {TASKS, NULL, "SELECT honker_scheduler_update('a','0 4 * * *','{\"é\":2}',9,5,1,4,1)"},
    {TASKS, NULL, "SELECT honker_scheduler_update('a',NULL,NULL,NULL,NULL,1)"},
    {TASKS, NULL, "SELECT honker_scheduler_list()"},
    {DUE, NULL, "SELECT honker_scheduler_tick(" NOW ")"},
    {DUE OTHER, BEGIN, "SELECT honker_scheduler_tick(" NOW ")"},
    {TASKS, NULL, "SELECT honker_scheduler_tick(" NOW ")"},
    {TASKS, NULL, "SELECT honker_scheduler_soonest()"},
    {BOOT, NULL, "SELECT honker_cron_next_after('0 3 1,15 JAN-MAR *'," NOW ")"},
    {BOOT, NULL, "SELECT honker_cron_next_after('61 * * * *'," NOW ")"},
    {LOCK, NULL, "SELECT honker_lock_acquire('m','o',60)"},
    {LOCK, NULL, "SELECT honker_lock_acquire('l','o',60)"},
    {LOCK, NULL, "SELECT honker_lock_acquire('l','p',60)"},
    {LOCK "UPDATE _honker_locks SET expires_at = 5;", NULL, "SELECT honker_lock_acquire('l','p',60)"},
    {LOCK, NULL, "SELECT honker_lock_get('l')"},
    {LOCK, NULL, "SELECT honker_lock_renew('l','o',90)"},
    {LOCK, NULL, "SELECT honker_lock_release('l','o')"},
    {RATE, NULL, "SELECT honker_rate_limit_try('r',2,60)"},
    {RATE, NULL, "SELECT honker_rate_limit_try('r',1,60)"},
    {RATE "UPDATE _honker_rate_limits SET window_start = 5;", NULL, "SELECT honker_rate_limit_sweep(60)"},
    {RESULT, NULL, "SELECT honker_result_save(3,'{\"é\":2}',60)"},
    {RESULT, NULL, "SELECT honker_result_save(1,NULL,0)"},
    {RESULT, NULL, "SELECT honker_result_get(1)"},
    {RESULT, NULL, "SELECT honker_result_get(9)"},
    {RESULT "UPDATE _honker_results SET expires_at = 5 WHERE job_id = 2;", NULL, "SELECT honker_result_sweep()"},
    {BOOT, NULL, "SELECT honker_busy_timeout(500)"},
    {BOOT, NULL, "SELECT honker_clock_shift(60)"},
    {BOOT, "PRAGMA busy_timeout = 77", "SELECT honker_busy_limit(0)"},
    {BOOT, "PRAGMA busy_timeout = 77; SELECT honker_busy_limit(0)", "SELECT honker_busy_limit(NULL)"},
    {BOOT, NULL, "SELECT honker_wal_autocheckpoint(1)"},
    /* The thread that makes the checkpoints takes the lock for a moment. */
    {BOOT, "SELECT honker_busy_timeout(60000), honker_wal_autocheckpoint(1)", "SELECT honker_enqueue('q','1',NULL,NULL,NULL,NULL,NULL)"},
    {JOBS, "SELECT honker_ack(1,'w')", "SELECT group_concat(sql) FROM honker_statements WHERE sql LIKE 'DELETE%'"},
};
const size_t scenario_count = sizeof scenarios / sizeof scenarios[0];
