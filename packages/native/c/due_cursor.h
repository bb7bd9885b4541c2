/*
** The jobs of a queue that are due, in the order in which they are claimed: highest priority first,
** then oldest run_at, then id.
**
** It reads down the index. At the first job of a priority that is for later, it seeks the next lower
** priority: a million jobs scheduled at a high priority cost one seek. A priority is kept as the value
** that it is, so a row with one that is no integer is found like any other.
**
**   due_cursor due = due_cursor_open(connection, &queue, now);
**   while (due_cursor_next(&due)) … due.use.prepared …
**   rc = due_cursor_close(&due);
**
** Columns: id, payload, attempts, max_attempts, expires_at, priority, run_at.
*/
#ifndef HONKER_DUE_CURSOR_H
#define HONKER_DUE_CURSOR_H

#include "call.h"

typedef struct due_cursor {
  honker_connection *connection;
  const text_argument *queue;
  sqlite3_int64 now;
  statement use;
  int is_open;
  sqlite3_value *priority; /* done with this one and all above; NULL at the start */
  int rc;
} due_cursor;

due_cursor due_cursor_open(honker_connection *connection, const text_argument *queue, sqlite3_int64 now);
int due_cursor_next(due_cursor *due);
int due_cursor_close(due_cursor *due);

#endif
