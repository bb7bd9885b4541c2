/* Dead letters: how jobs get there, how they come back, how they go for good. */
#include "dead.h"

#include <string.h>

#include "functions.h"
#include "id_list.h"
#include "name_walk.h"
#include "reply.h"
#include "transaction.h"

static int delete_by_id(honker_connection *connection, statement_id deletion, sqlite3_int64 id) {
  statement use;
  statement_open(&use, connection, deletion);
  bind_integer(&use, 1, id);
  statement_run(&use);
  return statement_close(&use);
}

int bury_job(honker_connection *connection, sqlite3_int64 id, const char *error, sqlite3_int64 error_length,
             sqlite3_int64 now) {
  statement use;
  statement_open(&use, connection, STATEMENT_BURY);
  bind_integer(&use, 1, id);
  if (error != NULL) bind_text(&use, 2, error, error_length);
  bind_integer(&use, 3, now);
  statement_run(&use);
  const int rc = statement_close(&use);
  return rc == SQLITE_OK ? delete_by_id(connection, STATEMENT_DELETE_JOB, id) : rc;
}

static int expired_jobs(honker_connection *connection, const text_argument *queue, sqlite3_int64 now, id_list *ids) {
  HONKER_SQLITE(connection);
  statement use;
  int rc = SQLITE_OK;
  statement_open(&use, connection, STATEMENT_EXPIRED_JOBS);
  bind_text(&use, 1, queue->text, queue->length);
  bind_integer(&use, 2, now);
  while (rc == SQLITE_OK && statement_step(&use)) {
    rc = id_list_add(ids, sqlite3_column_int64(use.prepared, 0)) ? SQLITE_OK : SQLITE_NOMEM;
  }
  const int read = statement_close(&use);
  return read != SQLITE_OK ? read : rc;
}

void honker_sweep_expired(honker_call *call) {
  const text_argument queue = argument_name(call, 0, "queue");
  if (call_failed(call)) return;
  const sqlite3_int64 now = connection_now(call->connection);
  id_list ids = {0};
  transaction unit;
  int rc = transaction_begin(&unit, call->connection);
  if (rc == SQLITE_OK) rc = expired_jobs(call->connection, &queue, now, &ids);
  for (size_t i = 0; rc == SQLITE_OK && i < ids.count; i++) {
    rc = bury_job(call->connection, ids.ids[i], DEAD_EXPIRED, (sqlite3_int64)strlen(DEAD_EXPIRED), now);
  }
  rc = transaction_end(&unit, rc);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, (sqlite3_int64)ids.count);
  id_list_free(&ids);
}

void honker_dead_list(honker_call *call) {
  const int every = argument_is_null(call, 0);
  const text_argument queue = argument_text_or_null(call, 0, "queue");
  const sqlite3_int64 after = argument_integer_or(call, 1, "after_id", INT64_MIN);
  const sqlite3_int64 limit = argument_count(call, 2, "limit");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, every ? STATEMENT_DEAD_OF_ALL : STATEMENT_DEAD_OF_QUEUE);
  if (!every) bind_text(&use, 1, queue.text, queue.length);
  bind_integer(&use, every ? 1 : 2, after);
  call_return_rows(call, &use, limit);
}

static int requeue(honker_connection *connection, sqlite3_int64 id, sqlite3_int64 now, sqlite3_int64 *job) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_REQUEUE_DEAD);
  bind_integer(&use, 1, id);
  bind_integer(&use, 2, now);
  statement_run(&use);
  const int found = use.rc == SQLITE_OK && sqlite3_changes(connection->db) > 0;
  *job = found ? sqlite3_last_insert_rowid(connection->db) : 0;
  const int rc = statement_close(&use);
  return found && rc == SQLITE_OK ? delete_by_id(connection, STATEMENT_DELETE_DEAD, id) : rc;
}

void honker_dead_requeue(honker_call *call) {
  const sqlite3_int64 id = argument_integer(call, 0, "id");
  if (call_failed(call)) return;
  sqlite3_int64 job = 0;
  transaction unit;
  int rc = transaction_begin(&unit, call->connection);
  if (rc == SQLITE_OK) rc = requeue(call->connection, id, connection_now(call->connection), &job);
  rc = transaction_end(&unit, rc);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, job);
}

static int purge_queue(honker_connection *connection, sqlite3_value *queue, sqlite3_int64 until,
                       sqlite3_int64 *count) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_PURGE_DEAD);
  bind_value(&use, 1, queue);
  bind_integer(&use, 2, until);
  statement_run(&use);
  if (use.rc == SQLITE_OK) *count += sqlite3_changes(connection->db);
  return statement_close(&use);
}

/* Queue by queue, since the one index of dead letters is by queue. */
static int purge_all(honker_connection *connection, sqlite3_int64 until, sqlite3_int64 *count) {
  name_walk walk = {.connection = connection, .next = STATEMENT_NEXT_QUEUE};
  while (name_walk_next(&walk)) walk.rc = purge_queue(connection, walk.name, until, count);
  return name_walk_close(&walk);
}

void honker_dead_purge(honker_call *call) {
  const int every = argument_is_null(call, 0);
  argument_text_or_null(call, 0, "queue");
  const sqlite3_int64 older_than = argument_count_or(call, 1, "older_than_s", 0);
  if (call_failed(call)) return;
  const sqlite3_int64 until = connection_now(call->connection) - older_than;
  sqlite3_int64 count = 0;
  transaction unit;
  int rc = transaction_begin(&unit, call->connection);
  if (rc == SQLITE_OK && every) rc = purge_all(call->connection, until, &count);
  if (rc == SQLITE_OK && !every) rc = purge_queue(call->connection, call->arguments[0], until, &count);
  rc = transaction_end(&unit, rc);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, count);
}
