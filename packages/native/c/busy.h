/*
** How long a connection waits for a lock, and when it leaves the lock to others.
*/
#ifndef HONKER_BUSY_H
#define HONKER_BUSY_H

#include "connection.h"

/* Until busy_end_limit() nothing waits for a lock for longer. Where SQLite's own timeout is set, our handler
** stands in for it meanwhile. */
int busy_begin_limit(honker_connection *connection, int64_t limit_us);
int busy_end_limit(honker_connection *connection);

/* After a commit: pauses, if others want the lock and this connection has had it for long enough. */
void busy_leave_lock(honker_connection *connection);

#endif
