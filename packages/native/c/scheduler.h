/* What scheduler.c and scheduler_tick.c share. */
#ifndef HONKER_SCHEDULER_H
#define HONKER_SCHEDULER_H

#include "call.h"
#include "cron.h"

/* The first fire time after `from`. Returns 0, having reported it, for an expression that is wrong. */
int schedule_next(honker_call *call, const text_argument *expression, sqlite3_int64 from, int64_t *next);

int schedule_set_state(honker_connection *connection, sqlite3_int64 rowid, sqlite3_int64 next, int enabled);

#endif
