/*
** When a connection leaves the lock to others.
*/
#ifndef HONKER_BUSY_H
#define HONKER_BUSY_H

#include "connection.h"

/* After a commit: pauses, if others want the lock and this connection has had it for long enough. */
void busy_leave_lock(honker_connection *connection);

#endif
