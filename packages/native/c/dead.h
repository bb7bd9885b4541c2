/* The dead letter table. */
#ifndef HONKER_DEAD_H
#define HONKER_DEAD_H

#include "call.h"

#define DEAD_MAX_ATTEMPTS "max attempts exceeded"
#define DEAD_EXPIRED "expired"
#define DEAD_OVERSIZED "payload is too large to be claimed"

/* Moves a live job to dead. Runs two statements: only inside a transaction. `error` may be NULL. */
int bury_job(honker_connection *connection, sqlite3_int64 id, const char *error, sqlite3_int64 error_length,
             sqlite3_int64 now);

#endif
