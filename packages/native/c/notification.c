/* Publish/subscribe: notifications, kept until they are pruned, so that a listener reads on from an id. */
#include <string.h>

#include "functions.h"
#include "reply.h"
#include "schema.h"
#include "transaction.h"

static int insert(honker_connection *connection, const text_argument *channel, const text_argument *payload) {
  statement use;
  statement_open(&use, connection, STATEMENT_NOTIFY);
  bind_text(&use, 1, channel->text, channel->length);
  bind_text(&use, 2, payload->text, payload->length);
  bind_integer(&use, 3, connection_now(connection));
  statement_run(&use);
  return statement_close(&use);
}

/* notify() alone works in a database that was never bootstrapped. */
static int is_missing_table(const honker_connection *connection) {
  return strncmp(connection->error.message, "no such table: _honker_", 23) == 0;
}

void notify(honker_call *call) {
  honker_connection *const connection = call->connection;
  HONKER_SQLITE(connection);
  const text_argument channel = argument_name(call, 0, "channel");
  const text_argument payload = argument_json(call, 1, "payload");
  if (call_failed(call)) return;
  int rc = insert(connection, &channel, &payload);
  if (rc != SQLITE_OK && is_missing_table(connection)) {
    rc = schema_bootstrap(connection);
    if (rc == SQLITE_OK) rc = insert(connection, &channel, &payload);
  }
  const sqlite3_int64 id = sqlite3_last_insert_rowid(connection->db);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, id);
}

void honker_notifications_last(honker_call *call) {
  HONKER_SQLITE(call->connection);
  statement use;
  statement_open(&use, call->connection, STATEMENT_NOTIFICATIONS_NEWEST);
  bind_integer(&use, 1, INT64_MAX);
  const sqlite3_int64 id = statement_step(&use) ? sqlite3_column_int64(use.prepared, 0) : 0;
  if (!call_sqlite_error(call, statement_close(&use))) call_return_integer(call, id);
}

void honker_notifications_since(honker_call *call) {
  const sqlite3_int64 after = argument_integer(call, 0, "after_id");
  const sqlite3_int64 limit = argument_count(call, 1, "limit");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_NOTIFICATIONS);
  bind_integer(&use, 1, after);
  call_return_rows(call, &use, limit);
}

/* The last id from the oldest on that was created at or before `until`; ids grow with time. */
static int last_older(honker_connection *connection, sqlite3_int64 until, sqlite3_int64 *id) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_NOTIFICATIONS);
  bind_integer(&use, 1, INT64_MIN);
  while (statement_step(&use) && sqlite3_column_int64(use.prepared, 3) <= until) {
    *id = sqlite3_column_int64(use.prepared, 0);
  }
  return statement_close(&use);
}

/* The newest id behind the `keep` newest ones, if it is greater than *id. */
static int last_surplus(honker_connection *connection, sqlite3_int64 keep, sqlite3_int64 *id) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_NOTIFICATIONS_NEWEST);
  bind_integer(&use, 1, INT64_MAX);
  int found = statement_step(&use);
  for (sqlite3_int64 i = 0; i < keep && found; i++) found = statement_step(&use);
  if (found && sqlite3_column_int64(use.prepared, 0) > *id) *id = sqlite3_column_int64(use.prepared, 0);
  return statement_close(&use);
}

void honker_notifications_prune(honker_call *call) {
  honker_connection *const connection = call->connection;
  HONKER_SQLITE(connection);
  const sqlite3_int64 older_than = argument_count_or(call, 0, "older_than_s", -1);
  const sqlite3_int64 keep = argument_count_or(call, 1, "max_keep", -1);
  if (call_failed(call)) return;
  sqlite3_int64 until = INT64_MIN, count = 0;
  transaction unit;
  int rc = transaction_begin(&unit, connection);
  if (rc == SQLITE_OK && older_than >= 0) rc = last_older(connection, connection_now(connection) - older_than, &until);
  if (rc == SQLITE_OK && keep >= 0) rc = last_surplus(connection, keep, &until);
  if (rc == SQLITE_OK) {
    statement use;
    statement_open(&use, connection, STATEMENT_PRUNE_NOTIFICATIONS);
    bind_integer(&use, 1, until);
    statement_run(&use);
    count = sqlite3_changes(connection->db);
    rc = statement_close(&use);
  }
  rc = transaction_end(&unit, rc);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, count);
}
