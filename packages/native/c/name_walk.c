#include "name_walk.h"

int name_walk_next(name_walk *walk) {
  HONKER_SQLITE(walk->connection);
  if (walk->rc != SQLITE_OK) return 0;
  statement use;
  statement_open(&use, walk->connection, walk->next);
  /* The least text that is greater than a name is the name and a NUL, which stands behind it. */
  if (walk->name == NULL) bind_text(&use, 1, "", 0);
  else bind_text(&use, 1, (const char *)sqlite3_value_text(walk->name), sqlite3_value_bytes(walk->name) + 1);
  const int found = statement_step(&use) && sqlite3_column_type(use.prepared, 0) != SQLITE_NULL;
  sqlite3_value *const next = found ? sqlite3_value_dup(sqlite3_column_value(use.prepared, 0)) : NULL;
  walk->rc = statement_close(&use);
  sqlite3_value_free(walk->name);
  walk->name = next;
  /* Read here, once: in a UTF-16 database that takes memory, and NULL would be taken for an empty name. */
  const int readable = next != NULL && sqlite3_value_text(next) != NULL;
  if (walk->rc == SQLITE_OK && found && !readable) walk->rc = SQLITE_NOMEM;
  return walk->rc == SQLITE_OK && found;
}

int name_walk_close(name_walk *walk) {
  HONKER_SQLITE(walk->connection);
  sqlite3_value_free(walk->name);
  walk->name = NULL;
  return walk->rc;
}
