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

/* dead.c */
void honker_sweep_expired(honker_call *call);
void honker_dead_list(honker_call *call);
void honker_dead_requeue(honker_call *call);
void honker_dead_purge(honker_call *call);

/* stats.c */
void honker_queue_stats(honker_call *call);

/* busy.c */
void honker_busy_timeout(honker_call *call);
void honker_busy_limit(honker_call *call);

#endif
