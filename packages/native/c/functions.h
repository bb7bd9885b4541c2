/* The SQL functions, each implemented in the file named above it and registered by extension.c. */
#ifndef HONKER_FUNCTIONS_H
#define HONKER_FUNCTIONS_H

#include "call.h"

/* schema.c */
void honker_bootstrap(honker_call *call);

/* enqueue.c */
void honker_enqueue(honker_call *call);
void honker_enqueue_batch(honker_call *call);

/* claim.c */
void honker_claim_batch(honker_call *call);

/* next_claim.c */
void honker_queue_next_claim_at(honker_call *call);


/* job.c */
void honker_ack(honker_call *call);
void honker_retry(honker_call *call);
void honker_fail(honker_call *call);
void honker_heartbeat(honker_call *call);
void honker_cancel(honker_call *call);
void honker_get_job(honker_call *call);

/* job_batch.c */
void honker_ack_batch(honker_call *call);
void honker_heartbeat_batch(honker_call *call);
void honker_ack_claims(honker_call *call);
void honker_heartbeat_claims(honker_call *call);
void honker_release_claims(honker_call *call);

/* job_list.c */
void honker_pending_list(honker_call *call);
void honker_processing_list(honker_call *call);

/* dead.c */
void honker_sweep_expired(honker_call *call);
void honker_dead_list(honker_call *call);
void honker_dead_requeue(honker_call *call);
void honker_dead_purge(honker_call *call);

/* stats.c */
void honker_queue_stats(honker_call *call);

/* stream.c, stream_stats.c */
void honker_stream_publish(honker_call *call);
void honker_stream_publish_batch(honker_call *call);
void honker_stream_read_since(honker_call *call);
void honker_stream_read_flat(honker_call *call);
void honker_stream_last(honker_call *call);
void honker_stream_save_offset(honker_call *call);
void honker_stream_get_offset(honker_call *call);
void honker_stream_trim(honker_call *call);
void honker_stream_stats(honker_call *call);

/* notification.c */
void notify(honker_call *call);
void honker_notifications_last(honker_call *call);
void honker_notifications_since(honker_call *call);
void honker_notifications_prune(honker_call *call);

/* scheduler.c, scheduler_tick.c */
void honker_scheduler_register(honker_call *call);
void honker_scheduler_unregister(honker_call *call);
void honker_scheduler_pause(honker_call *call);
void honker_scheduler_resume(honker_call *call);
void honker_scheduler_update(honker_call *call);
void honker_scheduler_list(honker_call *call);
void honker_scheduler_tick(honker_call *call);
void honker_scheduler_soonest(honker_call *call);
void honker_cron_next_after(honker_call *call);

/* lock.c */
void honker_lock_acquire(honker_call *call);
void honker_lock_renew(honker_call *call);
void honker_lock_release(honker_call *call);
void honker_lock_get(honker_call *call);

/* rate_limit.c */
void honker_rate_limit_try(honker_call *call);
void honker_rate_limit_sweep(honker_call *call);

/* result.c */
void honker_result_save(honker_call *call);
void honker_result_get(honker_call *call);
void honker_result_sweep(honker_call *call);

/* watcher_handles.c */
void honker_update_watcher_open(honker_call *call);
void honker_update_watcher_wait(honker_call *call);
void honker_update_watcher_close(honker_call *call);

/* busy.c */
void honker_busy_timeout(honker_call *call);
void honker_busy_limit(honker_call *call);

/* checkpoint.c */
void honker_wal_autocheckpoint(honker_call *call);

/* clock.c */
void honker_clock_shift(honker_call *call);

/* auto_load.c */
void honker_auto_load(honker_call *call);

#endif
