/* Rate limits in fixed windows: the first begins at a multiple of per_s. */
#include "functions.h"
#include "reply.h"

typedef struct rate_window {
  text_argument name;
  sqlite3_int64 start;
  sqlite3_int64 limit;
} rate_window;

/* At the limit is answered without taking the write lock. */
static int read_count(honker_connection *connection, const rate_window *window, sqlite3_int64 *count) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_RATE_COUNT);
  bind_text(&use, 1, window->name.text, window->name.length);
  bind_integer(&use, 2, window->start);
  *count = statement_step(&use) ? sqlite3_column_int64(use.prepared, 0) : 0;
  return statement_close(&use);
}

void honker_rate_limit_try(honker_call *call) {
  const sqlite3_int64 now = connection_now(call->connection);
  rate_window window = {.name = argument_name(call, 0, "name")};
  window.limit = argument_count(call, 1, "limit");
  const sqlite3_int64 per = argument_count(call, 2, "per_s");
  if (!call_failed(call) && per == 0) call_refuse(call, "per_s must be at least 1, not 0");
  if (call_failed(call)) return;
  window.start = now - now % per;
  sqlite3_int64 count = 0;
  if (call_sqlite_error(call, read_count(call->connection, &window, &count))) return;
  if (count >= window.limit) {
    call_return_integer(call, 0);
    return;
  }
  statement use;
  statement_open(&use, call->connection, STATEMENT_RATE_TAKE);
  bind_text(&use, 1, window.name.text, window.name.length);
  bind_integer(&use, 2, window.start);
  bind_integer(&use, 3, window.limit);
  call_return_changed(call, &use);
}

void honker_rate_limit_sweep(honker_call *call) {
  const sqlite3_int64 older_than = argument_count(call, 0, "older_than_s");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_RATE_SWEEP);
  bind_integer(&use, 1, connection_now(call->connection) - older_than);
  call_return_changes(call, &use);
}
