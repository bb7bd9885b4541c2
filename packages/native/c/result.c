/* The results of jobs: a value by job id, for as long as it is wanted. */
#include "functions.h"
#include "reply.h"

void honker_result_save(honker_call *call) {
  const sqlite3_int64 now = connection_now(call->connection);
  const sqlite3_int64 job = argument_integer(call, 0, "job_id");
  const text_argument value = argument_text_or_null(call, 1, "value");
  const sqlite3_int64 ttl = argument_integer(call, 2, "ttl_s");
  const sqlite3_int64 expires_at = ttl > 0 ? argument_from_now(call, 2, "ttl_s", now) : 0;
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_SAVE_RESULT);
  bind_integer(&use, 1, job);
  if (value.text != NULL) bind_text(&use, 2, value.text, value.length);
  bind_integer(&use, 3, now);
  if (ttl > 0) bind_integer(&use, 4, expires_at);
  call_return_changed(call, &use);
}

void honker_result_get(honker_call *call) {
  HONKER_SQLITE(call->connection);
  const sqlite3_int64 job = argument_integer(call, 0, "job_id");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_GET_RESULT);
  bind_integer(&use, 1, job);
  bind_integer(&use, 2, connection_now(call->connection));
  if (statement_step(&use)) sqlite3_result_value(call->context, sqlite3_column_value(use.prepared, 0));
  call_sqlite_error(call, statement_close(&use));
}

void honker_result_sweep(honker_call *call) {
  statement use;
  statement_open(&use, call->connection, STATEMENT_SWEEP_RESULTS);
  bind_integer(&use, 1, connection_now(call->connection));
  call_return_changes(call, &use);
}
