/*
** honker_bootstrap(): the tables of the contract, and our own indexes.
**
** The two indexes of _honker_live are partial, so a job costs four index writes in its life (in
** and out of each), and they are what a claim seeks in. Other implementations of the contract may
** have made indexes of their own in the same file; those are left alone.
*/
#include <string.h>

#include "functions.h"
#include "transaction.h"

static const char schema_sql[] =
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
    " expires_at INTEGER);"
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
    " died_at INTEGER NOT NULL DEFAULT (unixepoch()));"
    "CREATE TABLE IF NOT EXISTS _honker_notifications ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " channel TEXT NOT NULL,"
    " payload TEXT NOT NULL,"
    " created_at INTEGER NOT NULL DEFAULT (unixepoch()));"
    "CREATE TABLE IF NOT EXISTS _honker_stream ("
    " offset INTEGER PRIMARY KEY AUTOINCREMENT,"
    " topic TEXT NOT NULL,"
    " key TEXT,"
    " payload TEXT NOT NULL,"
    " created_at INTEGER NOT NULL DEFAULT (unixepoch()));"
    "CREATE TABLE IF NOT EXISTS _honker_stream_consumers ("
    " name TEXT,"
    " topic TEXT,"
    " offset INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (name, topic));"
    "CREATE TABLE IF NOT EXISTS _honker_scheduler_tasks ("
    " name TEXT PRIMARY KEY,"
    " queue TEXT NOT NULL,"
    " cron_expr TEXT NOT NULL,"
    " payload TEXT NOT NULL,"
    " priority INTEGER NOT NULL DEFAULT 0,"
    " expires_s INTEGER,"
    " next_fire_at INTEGER NOT NULL,"
    " enabled INTEGER NOT NULL DEFAULT 1,"
    " max_attempts INTEGER NOT NULL DEFAULT 3);"
    "CREATE TABLE IF NOT EXISTS _honker_locks ("
    " name TEXT PRIMARY KEY,"
    " owner TEXT NOT NULL,"
    " expires_at INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS _honker_rate_limits ("
    " name TEXT,"
    " window_start INTEGER,"
    " count INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (name, window_start));"
    "CREATE TABLE IF NOT EXISTS _honker_results ("
    " job_id INTEGER PRIMARY KEY,"
    " value TEXT,"
    " created_at INTEGER NOT NULL DEFAULT (unixepoch()),"
    " expires_at INTEGER);"
    "CREATE INDEX IF NOT EXISTS _honker_ix_due ON _honker_live (queue, priority DESC, run_at)"
    " WHERE state = 'pending';"
    "CREATE INDEX IF NOT EXISTS _honker_ix_lease ON _honker_live (queue, claim_expires_at)"
    " WHERE state = 'processing';"
    "CREATE INDEX IF NOT EXISTS _honker_ix_dead ON _honker_dead (queue);"
    "CREATE INDEX IF NOT EXISTS _honker_ix_channel ON _honker_notifications (channel, id);"
    "CREATE INDEX IF NOT EXISTS _honker_ix_topic ON _honker_stream (topic, offset);";

#define SCHEMA_OBJECTS 14 /* tables and indexes above */

/* Columns that tables made by older versions lack, each with the statement that adds it. */
static const struct migration {
  const char *column;
  const char *sql;
} migrations[] = {
    {"enabled", "ALTER TABLE _honker_scheduler_tasks ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1"},
    {"max_attempts", "ALTER TABLE _honker_scheduler_tasks ADD COLUMN max_attempts INTEGER NOT NULL DEFAULT 3"},
};
#define MIGRATION_COUNT (sizeof migrations / sizeof migrations[0])

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

static int has_column(honker_connection *connection, const char *column, sqlite3_int64 *has) {
  return query_integer(connection,
                       "SELECT count(*) FROM pragma_table_info('_honker_scheduler_tasks') WHERE name = ?1",
                       column, has);
}

/* So that opening a database that is ready takes no write lock, and works on a read-only one. */
static int is_current(honker_connection *connection, int *current) {
  sqlite3_int64 objects = 0;
  int rc = query_integer(connection,
                         "SELECT count(*) FROM sqlite_schema WHERE name IN ("
                         "'_honker_live', '_honker_dead', '_honker_notifications', '_honker_stream',"
                         "'_honker_stream_consumers', '_honker_scheduler_tasks', '_honker_locks',"
                         "'_honker_rate_limits', '_honker_results', '_honker_ix_due', '_honker_ix_lease',"
                         "'_honker_ix_dead', '_honker_ix_channel', '_honker_ix_topic')",
                         NULL, &objects);
  *current = objects == SCHEMA_OBJECTS;
  for (size_t i = 0; i < MIGRATION_COUNT && rc == SQLITE_OK && *current; i++) {
    sqlite3_int64 has = 0;
    rc = has_column(connection, migrations[i].column, &has);
    *current = has != 0;
  }
  return rc;
}

static int create_and_migrate(honker_connection *connection) {
  HONKER_SQLITE(connection);
  int rc = sqlite3_exec(connection->db, schema_sql, NULL, NULL, NULL);
  for (size_t i = 0; i < MIGRATION_COUNT && rc == SQLITE_OK; i++) {
    sqlite3_int64 has = 0;
    rc = has_column(connection, migrations[i].column, &has);
    if (rc == SQLITE_OK && !has) rc = sqlite3_exec(connection->db, migrations[i].sql, NULL, NULL, NULL);
  }
  return rc == SQLITE_OK ? rc : connection_remember_error(connection);
}

void honker_bootstrap(honker_call *call) {
  int current = 0;
  int rc = is_current(call->connection, &current);
  if (rc != SQLITE_OK) rc = connection_remember_error(call->connection);
  if (rc == SQLITE_OK && !current) {
    transaction unit;
    rc = transaction_begin(&unit, call->connection);
    if (rc == SQLITE_OK) rc = create_and_migrate(call->connection);
    rc = transaction_end(&unit, rc);
  }
  if (!call_sqlite_error(call, rc)) call_return_integer(call, 1);
}
