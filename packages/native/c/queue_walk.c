#include "queue_walk.h"

int queue_walk_next(queue_walk *walk) {
  HONKER_SQLITE(walk->connection);
  if (walk->rc != SQLITE_OK) return 0;
  statement use;
  statement_open(&use, walk->connection, STATEMENT_NEXT_QUEUE);
  /* The least text that is greater than a name is the name and a NUL, which stands behind it. */
  if (walk->queue == NULL) bind_text(&use, 1, "", 0);
  else bind_text(&use, 1, (const char *)sqlite3_value_text(walk->queue), sqlite3_value_bytes(walk->queue) + 1);
  const int found = statement_step(&use) && sqlite3_column_type(use.prepared, 0) != SQLITE_NULL;
  sqlite3_value *const next = found ? sqlite3_value_dup(sqlite3_column_value(use.prepared, 0)) : NULL;
  walk->rc = statement_close(&use);
  sqlite3_value_free(walk->queue);
  walk->queue = next;
  if (walk->rc == SQLITE_OK && found && next == NULL) walk->rc = SQLITE_NOMEM;
  return walk->rc == SQLITE_OK && found;
}

int queue_walk_close(queue_walk *walk) {
  HONKER_SQLITE(walk->connection);
  sqlite3_value_free(walk->queue);
  walk->queue = NULL;
  return walk->rc;
}
