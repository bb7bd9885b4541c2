/* Adding a job: for honker_enqueue and its like, and for the scheduler. */
#ifndef HONKER_ENQUEUE_H
#define HONKER_ENQUEUE_H

#include "call.h"

#define DEFAULT_MAX_ATTEMPTS 3

typedef struct job_options {
  text_argument queue;
  sqlite3_int64 run_at;
  sqlite3_int64 priority;
  sqlite3_int64 max_attempts;
  sqlite3_int64 expires_at;
  int expires;
  sqlite3_int64 now;
} job_options;

int insert_job(honker_connection *connection, const job_options *options, const char *payload,
               sqlite3_int64 length, sqlite3_int64 *id);

#endif
