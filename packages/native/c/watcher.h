/*
** Wakes whoever waits for commits to a database file, of any connection in any process.
**
** One thread watches a file, whatever the number of watchers opened on it in one way (watch_backend.h)
** and with one interval. It has a connection of
** its own, opened through the SQLite library of a connection that loaded the extension for the
** same file: a second library in the process would drop the first one's POSIX locks. The open
** connection keeps the -wal file from being deleted, and a switch from WAL to another journal mode
** from succeeding, for as long as somebody watches. A fork()ed child has no such thread: what it
** inherits is dead, and it opens its own.
*/
#ifndef HONKER_WATCHER_H
#define HONKER_WATCHER_H

#include <stddef.h>

#include "connection.h"

/* extension.c tells of every connection, so that a watcher knows which SQLite to open a path with. */
int watcher_learn_connection(honker_connection *connection);
/* Whether the extension was loaded into this connection: asked of nobody else, for SQLite would have to
** read the database to answer. */
int watcher_knows_connection(const sqlite3 *db);
void watcher_forget_connection(honker_connection *connection);

/* What a watcher has to say. */
typedef enum watcher_news { WATCHER_COMMIT = 1, WATCHER_QUIET = 0, WATCHER_DEAD = -1 } watcher_news;

HONKER_EXPORT void *honker_watcher_open(const char *path, const char *backend, char *err, size_t errlen);
/* poll_interval_ms 0 is the backend's own: 1 for polling, 2 while nothing is committed; for kernel 100,
** between the looks that nothing prompted. */
HONKER_EXPORT void *honker_watcher_open_v2(const char *path, const char *backend, uint64_t poll_interval_ms,
                                           char *err, size_t errlen);
/* 1 a commit was seen, 0 timed out, -1 closed or dead. */
HONKER_EXPORT int honker_watcher_wait(void *watcher, uint64_t timeout_ms);
HONKER_EXPORT void honker_watcher_close(void *watcher);

/* Instead of waiting: `call` is called on the watching thread with WATCHER_COMMIT for each change,
** or once with WATCHER_DEAD. It must not block, nor call the watcher. No call begins after
** honker_watcher_close() has returned. */
HONKER_EXPORT void honker_watcher_subscribe(void *watcher, void (*call)(void *argument, int news), void *argument);

#endif
