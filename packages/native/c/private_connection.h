/*
** A connection that a thread of ours opens for itself: to the file that somebody's connection has open, through the
** same SQLite.
*/
#ifndef HONKER_PRIVATE_CONNECTION_H
#define HONKER_PRIVATE_CONNECTION_H

#include "../vendor/sqlite/sqlite3ext.h"

/* Returns SQLITE_OK or what failed; the connection is to be closed in either case. `vfs` is NULL for the default. */
int private_connection_open(const sqlite3_api_routines *sqlite3_api, const char *path, const char *vfs, sqlite3 **db);

/* Whether this thread is just opening one, which needs no function of ours. */
int private_connection_is_opening(void);

#endif
