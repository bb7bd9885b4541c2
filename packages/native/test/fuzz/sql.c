#include "sql.h"

#include <stdio.h>
#include <stdlib.h>

int sqlite3_honkerext_init(sqlite3 *db, char **error, const void *api);

void finding(const char *what, const char *detail) {
  fprintf(stderr, "%s: %s\n", what, detail == NULL ? "" : detail);
  abort();
}

/* A statically linked SQLite gives its routines only to an automatic extension, whose status must be 0. */
static int load(sqlite3 *db, char **error, const void *api) {
  const int rc = sqlite3_honkerext_init(db, error, api);
  /* sqlite3_open() would take the last error for ours: looking whether it was loaded already ends in one. */
  execute(db, "SELECT 1");
  return rc == SQLITE_OK_LOAD_PERMANENTLY ? SQLITE_OK : rc;
}

sqlite3 *open_database(void) {
  sqlite3 *db = NULL;
  sqlite3_auto_extension((void (*)(void))load);
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) finding("open", db == NULL ? NULL : sqlite3_errmsg(db));
  execute(db, "SELECT honker_bootstrap()");
  return db;
}

void execute(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) finding(sql, sqlite3_errmsg(db));
}

sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *prepared = NULL;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL) != SQLITE_OK) {
    finding(sql, sqlite3_errmsg(db));
  }
  return prepared;
}
