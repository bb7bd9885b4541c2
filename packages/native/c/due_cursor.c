#include "due_cursor.h"

enum { COLUMN_PRIORITY = 5, COLUMN_RUN_AT = 6 };

due_cursor due_cursor_open(honker_connection *connection, const text_argument *queue, sqlite3_int64 now) {
  due_cursor due = {.connection = connection, .queue = queue, .now = now};
  return due;
}

/* A run_at that is text or a blob sorts after every time: such a job is never due. */
static int is_due(const due_cursor *due) {
  HONKER_SQLITE(due->connection);
  const int type = sqlite3_column_type(due->use.prepared, COLUMN_RUN_AT);
  if (type == SQLITE_INTEGER) return sqlite3_column_int64(due->use.prepared, COLUMN_RUN_AT) <= due->now;
  return type == SQLITE_FLOAT && sqlite3_column_double(due->use.prepared, COLUMN_RUN_AT) <= (double)due->now;
}

static void open_statement(due_cursor *due) {
  statement_open(&due->use, due->connection, due->priority == NULL ? STATEMENT_JOBS_FROM_TOP : STATEMENT_JOBS_BELOW);
  bind_text(&due->use, 1, due->queue->text, due->queue->length);
  if (due->priority != NULL) bind_value(&due->use, 2, due->priority);
  due->is_open = 1;
}

static void close_statement(due_cursor *due) {
  if (!due->is_open) return;
  const int rc = statement_close(&due->use);
  if (due->rc == SQLITE_OK) due->rc = rc;
  due->is_open = 0;
}

/* Goes on below the priority of the current row. */
static void leave_priority(due_cursor *due) {
  HONKER_SQLITE(due->connection);
  sqlite3_value *const left = sqlite3_value_dup(sqlite3_column_value(due->use.prepared, COLUMN_PRIORITY));
  close_statement(due);
  sqlite3_value_free(due->priority);
  due->priority = left;
  if (left == NULL && due->rc == SQLITE_OK) due->rc = SQLITE_NOMEM;
}

int due_cursor_next(due_cursor *due) {
  while (due->rc == SQLITE_OK) {
    if (!due->is_open) open_statement(due);
    if (!statement_step(&due->use)) break;
    if (is_due(due)) return 1;
    leave_priority(due);
  }
  return 0;
}

int due_cursor_close(due_cursor *due) {
  HONKER_SQLITE(due->connection);
  close_statement(due);
  sqlite3_value_free(due->priority);
  due->priority = NULL;
  return due->rc;
}
