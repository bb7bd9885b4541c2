/*
** What the extension keeps for one database connection: the SQLite that it belongs to, its cached
** statements, the fate of its busy handler. Made when the extension is loaded into the
** connection, freed when SQLite frees the connection's modules.
**
** A process may hold two SQLite libraries (the host's static one and the system's), and both may
** load this one extension. So there is no global sqlite3_api: every function that calls SQLite
** says HONKER_SQLITE(connection) first, and the sqlite3_… macros of sqlite3ext.h pick up the
** local variable.
*/
#ifndef HONKER_CONNECTION_H
#define HONKER_CONNECTION_H

#include "../vendor/sqlite/sqlite3ext.h"
#include "platform.h"
#include "statements.h"

#define HONKER_SQLITE(connection) \
  const sqlite3_api_routines *const sqlite3_api = (connection)->api

typedef struct honker_connection {
  const sqlite3_api_routines *api;
  sqlite3 *db;
  statement_slot statements[STATEMENT_COUNT];
  int table_connected; /* xDisconnect of honker_statements will be called before the close */
  struct {
    int code; /* extended */
    char message[256];
  } error; /* of the statement that failed last: the roll-back that follows resets SQLite's own */
  struct {
    int64_t timeout_us; /* of the fair busy handler; 0: not installed */
    uint64_t waiting_since;
    int is_limited; /* by honker_busy_limit() */
    int64_t limit_us;
    int saved_ms; /* SQLite's own busy timeout, to be put back when the limit ends */
    uint64_t contended_at; /* when it last waited for a lock of somebody else's */
    uint64_t rested_at;    /* when it last waited, or left the lock to others */
  } busy;
  struct {
    int pages;   /* between checkpoints; 0: SQLite's own, or none */
    int seen;    /* pages in the -wal after the last commit */
    int next_at; /* and after which the next checkpoint is due */
    struct checkpointer *thread; /* NULL: none was needed yet */
  } checkpoint;
  int64_t clock_shift_s;
} honker_connection;

/* The clock of everything that honker does on this connection: Unix seconds. */
int64_t connection_now(const honker_connection *connection);

/* Keeps the error `rc` that SQLite has just reported, and returns its extended code. */
int connection_remember_error(honker_connection *connection, int rc);

#endif
