/* The jobs of a queue that wait or run, page by page, in the order of the index that claims use. */
#include "functions.h"
#include "reply.h"

static int write_rows(json_writer *rows, statement *use, sqlite3_int64 *left) {
  for (; *left > 0 && statement_step(use); --*left) write_row(rows, use);
  return statement_close(use);
}

/* What is left of the priority of the last job of the page before, then what is below it. */
static int write_pending(honker_call *call, json_writer *rows, const text_argument *queue, sqlite3_int64 after_run_at,
                         sqlite3_int64 after_id, sqlite3_int64 limit) {
  statement use;
  int rc = SQLITE_OK;
  if (!argument_is_null(call, 1)) {
    statement_open(&use, call->connection, STATEMENT_PENDING_OF_PRIORITY);
    bind_text(&use, 1, queue->text, queue->length);
    bind_value(&use, 2, call->arguments[1]);
    bind_integer(&use, 3, after_run_at);
    bind_integer(&use, 4, after_id);
    rc = write_rows(rows, &use, &limit);
  }
  if (rc != SQLITE_OK || limit == 0) return rc;
  statement_open(&use, call->connection, STATEMENT_PENDING_BELOW);
  bind_text(&use, 1, queue->text, queue->length);
  bind_value(&use, 2, call->arguments[1]);
  return write_rows(rows, &use, &limit);
}

void honker_pending_list(honker_call *call) {
  const text_argument queue = argument_name(call, 0, "queue");
  argument_integer_or(call, 1, "after_priority", 0);
  const sqlite3_int64 after_run_at = argument_integer_or(call, 2, "after_run_at", INT64_MIN);
  const sqlite3_int64 after_id = argument_integer_or(call, 3, "after_id", INT64_MIN);
  const sqlite3_int64 limit = argument_count(call, 4, "limit");
  if (call_failed(call)) return;
  json_writer rows = {0};
  json_begin(&rows, '[');
  call_sqlite_error(call, write_pending(call, &rows, &queue, after_run_at, after_id, limit));
  json_end(&rows, ']');
  call_return_json(call, &rows);
}

void honker_processing_list(honker_call *call) {
  const text_argument queue = argument_name(call, 0, "queue");
  const sqlite3_int64 after_lease_end = argument_integer_or(call, 1, "after_claim_expires_at", INT64_MIN);
  const sqlite3_int64 after_id = argument_integer_or(call, 2, "after_id", INT64_MIN);
  const sqlite3_int64 limit = argument_count(call, 3, "limit");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_PROCESSING_OF_QUEUE);
  bind_text(&use, 1, queue.text, queue.length);
  bind_integer(&use, 2, after_lease_end);
  bind_integer(&use, 3, after_id);
  call_return_rows(call, &use, limit);
}
