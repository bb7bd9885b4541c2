/*
** honker_bootstrap(): the tables of the contract, and our own indexes.
**
** The two indexes of _honker_live are partial, so a job costs four index writes in its life (in
** and out of each), and they are what a claim seeks in. Other implementations of the contract may
** have made indexes of their own in the same file; those are left alone.
*/
#include "functions.h"
#include "schema.h"
#include "transaction.h"

typedef struct schema_object {
  const char *name;
  const char *sql;
} schema_object;

static const schema_object tables[] = {
    {"_honker_live",
     "CREATE TABLE IF NOT EXISTS _honker_live ("
     " id INTEGER PRIMARY KEY AUTOINCREMENT,"
     " queue TEXT NOT NULL,"
     " payload TEXT NOT NULL,"
     " state TEXT NOT NULL DEFAULT 'pending',"
     " priority INTEGER NOT NULL DEFAULT 0,"
     " run_at INTEGER NOT NULL DEFAULT (unixepoch()),"
     " worker_id TEXT,"
     " claim_expires_at INTEGER,"
     " attempts INTEGER NOT NULL DEFAULT 0,"
     " max_attempts INTEGER NOT NULL DEFAULT 3,"
     " created_at INTEGER NOT NULL DEFAULT (unixepoch()),"
     " expires_at INTEGER)"},
    {"_honker_dead",
     "CREATE TABLE IF NOT EXISTS _honker_dead ("
     " id INTEGER PRIMARY KEY,"
     " queue TEXT NOT NULL,"
     " payload TEXT NOT NULL,"
     " priority INTEGER NOT NULL DEFAULT 0,"
     " run_at INTEGER NOT NULL DEFAULT 0,"
     " attempts INTEGER NOT NULL DEFAULT 0,"
     " max_attempts INTEGER NOT NULL DEFAULT 0,"
     " last_error TEXT,"
     " created_at INTEGER NOT NULL DEFAULT (unixepoch()),"
     " died_at INTEGER NOT NULL DEFAULT (unixepoch()))"},
    {"_honker_notifications",
     "CREATE TABLE IF NOT EXISTS _honker_notifications ("
     " id INTEGER PRIMARY KEY AUTOINCREMENT,"
     " channel TEXT NOT NULL,"
     " payload TEXT NOT NULL,"
     " created_at INTEGER NOT NULL DEFAULT (unixepoch()))"},
    {"_honker_stream",
     "CREATE TABLE IF NOT EXISTS _honker_stream ("
     " offset INTEGER PRIMARY KEY AUTOINCREMENT,"
     " topic TEXT NOT NULL,"
     " key TEXT,"
     " payload TEXT NOT NULL,"
     " created_at INTEGER NOT NULL DEFAULT (unixepoch()))"},
    {"_honker_stream_consumers",
     "CREATE TABLE IF NOT EXISTS _honker_stream_consumers ("
     " name TEXT,"
     " topic TEXT,"
     " offset INTEGER NOT NULL DEFAULT 0,"
     " PRIMARY KEY (name, topic))"},
    {"_honker_scheduler_tasks",
     "CREATE TABLE IF NOT EXISTS _honker_scheduler_tasks ("
     " name TEXT PRIMARY KEY,"
     " queue TEXT NOT NULL,"
     " cron_expr TEXT NOT NULL,"
     " payload TEXT NOT NULL,"
     " priority INTEGER NOT NULL DEFAULT 0,"
     " expires_s INTEGER,"
     " next_fire_at INTEGER NOT NULL,"
     " enabled INTEGER NOT NULL DEFAULT 1,"
     " max_attempts INTEGER NOT NULL DEFAULT 3)"},
    {"_honker_locks",
     "CREATE TABLE IF NOT EXISTS _honker_locks ("
     " name TEXT PRIMARY KEY,"
     " owner TEXT NOT NULL,"
     " expires_at INTEGER NOT NULL)"},
    {"_honker_rate_limits",
     "CREATE TABLE IF NOT EXISTS _honker_rate_limits ("
     " name TEXT,"
     " window_start INTEGER,"
     " count INTEGER NOT NULL DEFAULT 0,"
     " PRIMARY KEY (name, window_start))"},
    {"_honker_results",
     "CREATE TABLE IF NOT EXISTS _honker_results ("
     " job_id INTEGER PRIMARY KEY,"
     " value TEXT,"
     " created_at INTEGER NOT NULL DEFAULT (unixepoch()),"
     " expires_at INTEGER)"},
};

/* Made after the columns below, for one of them is in an index. */
static const schema_object indexes[] = {
    {"_honker_ix_due",
     "CREATE INDEX IF NOT EXISTS _honker_ix_due ON _honker_live (queue, priority DESC, run_at)"
     " WHERE state = 'pending'"},
    {"_honker_ix_lease",
     "CREATE INDEX IF NOT EXISTS _honker_ix_lease ON _honker_live (queue, claim_expires_at)"
     " WHERE state = 'processing'"},
    {"_honker_ix_dead",
     "CREATE INDEX IF NOT EXISTS _honker_ix_dead ON _honker_dead (queue)"},
    {"_honker_ix_channel",
     "CREATE INDEX IF NOT EXISTS _honker_ix_channel ON _honker_notifications (channel, id)"},
    {"_honker_ix_topic",
     "CREATE INDEX IF NOT EXISTS _honker_ix_topic ON _honker_stream (topic, offset)"},
    {"_honker_ix_consumer",
     "CREATE INDEX IF NOT EXISTS _honker_ix_consumer ON _honker_stream_consumers (topic, name)"},
    {"_honker_ix_window",
     "CREATE INDEX IF NOT EXISTS _honker_ix_window ON _honker_rate_limits (window_start)"},
    {"_honker_ix_result",
     "CREATE INDEX IF NOT EXISTS _honker_ix_result ON _honker_results (expires_at)"
     " WHERE expires_at IS NOT NULL"},
    {"_honker_ix_fire",
     "CREATE INDEX IF NOT EXISTS _honker_ix_fire ON _honker_scheduler_tasks (next_fire_at)"
     " WHERE enabled = 1"},
};

/* Columns that tables made by older versions lack, each with the statement that adds it. */
static const schema_object added_columns[] = {
    {"enabled", "ALTER TABLE _honker_scheduler_tasks ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1"},
    {"max_attempts", "ALTER TABLE _honker_scheduler_tasks ADD COLUMN max_attempts INTEGER NOT NULL DEFAULT 3"},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Steps one statement to its end; *value gets the first column of its row, if there is one. */
static int query_integer(honker_connection *connection, const char *sql, const char *parameter,
                         sqlite3_int64 *value) {
  HONKER_SQLITE(connection);
  sqlite3_stmt *prepared = NULL;
  int rc = sqlite3_prepare_v2(connection->db, sql, -1, &prepared, NULL);
  if (rc == SQLITE_OK && parameter != NULL) rc = sqlite3_bind_text(prepared, 1, parameter, -1, SQLITE_STATIC);
  while (rc == SQLITE_OK || rc == SQLITE_ROW) {
    rc = sqlite3_step(prepared);
    if (rc == SQLITE_ROW) *value = sqlite3_column_int64(prepared, 0);
  }
  sqlite3_finalize(prepared);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static const char has_object_sql[] = "SELECT count(*) FROM sqlite_schema WHERE name = ?1";
static const char has_column_sql[] =
    "SELECT count(*) FROM pragma_table_info('_honker_scheduler_tasks') WHERE name = ?1";

/* Whether each of `objects` is found by a query that counts those of a name. */
static int has_all(honker_connection *connection, const schema_object *objects, size_t count, const char *sql,
                   int *has) {
  int rc = SQLITE_OK;
  for (size_t i = 0; i < count && rc == SQLITE_OK && *has; i++) {
    sqlite3_int64 found = 0;
    rc = query_integer(connection, sql, objects[i].name, &found);
    *has = found != 0;
  }
  return rc;
}

/* So that opening a database that is ready takes no write lock, and works on a read-only one. */
static int is_current(honker_connection *connection, int *current) {
  *current = 1;
  int rc = has_all(connection, tables, COUNT(tables), has_object_sql, current);
  if (rc == SQLITE_OK) rc = has_all(connection, indexes, COUNT(indexes), has_object_sql, current);
  if (rc == SQLITE_OK) rc = has_all(connection, added_columns, COUNT(added_columns), has_column_sql, current);
  return rc;
}

static int create_all(honker_connection *connection, const schema_object *objects, size_t count) {
  HONKER_SQLITE(connection);
  int rc = SQLITE_OK;
  for (size_t i = 0; i < count && rc == SQLITE_OK; i++) {
    rc = sqlite3_exec(connection->db, objects[i].sql, NULL, NULL, NULL);
  }
  return rc;
}

static int add_missing_columns(honker_connection *connection) {
  HONKER_SQLITE(connection);
  int rc = SQLITE_OK;
  for (size_t i = 0; i < COUNT(added_columns) && rc == SQLITE_OK; i++) {
    int has = 1;
    rc = has_all(connection, &added_columns[i], 1, has_column_sql, &has);
    if (rc == SQLITE_OK && !has) rc = sqlite3_exec(connection->db, added_columns[i].sql, NULL, NULL, NULL);
  }
  return rc;
}

static int create_and_migrate(honker_connection *connection) {
  int rc = create_all(connection, tables, COUNT(tables));
  if (rc == SQLITE_OK) rc = add_missing_columns(connection);
  if (rc == SQLITE_OK) rc = create_all(connection, indexes, COUNT(indexes));
  return rc == SQLITE_OK ? rc : connection_remember_error(connection, rc);
}

/* CREATE INDEX makes SQLite prepare every statement anew before its next use, ROLLBACK too, and for that
** memory may have run out. One that is being read is spared: stepped on without memory, it rolls back. */
static int open_guard(honker_connection *connection, sqlite3_stmt **guard) {
  HONKER_SQLITE(connection);
  static const char reader_sql[] = "SELECT 1 UNION ALL SELECT count(*) FROM sqlite_schema";
  int rc = sqlite3_prepare_v2(connection->db, reader_sql, -1, guard, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(*guard);
  return rc == SQLITE_ROW ? SQLITE_OK : connection_remember_error(connection, rc);
}

static int bootstrap_at_once(honker_connection *connection) {
  HONKER_SQLITE(connection);
  sqlite3_stmt *guard = NULL;
  transaction unit;
  int rc = transaction_begin(&unit, connection);
  if (rc == SQLITE_OK) rc = open_guard(connection, &guard);
  if (rc == SQLITE_OK) rc = create_and_migrate(connection);
  rc = transaction_end(&unit, rc);
  if ((rc & 0xff) == SQLITE_NOMEM) sqlite3_step(guard);
  sqlite3_finalize(guard);
  return rc;
}

int schema_bootstrap(honker_connection *connection) {
  int current = 0;
  int rc = is_current(connection, &current);
  if (rc != SQLITE_OK) return connection_remember_error(connection, rc);
  if (current) return SQLITE_OK;
  return bootstrap_at_once(connection);
}

void honker_bootstrap(honker_call *call) {
  if (!call_sqlite_error(call, schema_bootstrap(call->connection))) call_return_integer(call, 1);
}
