#include "reply.h"

#include "connection.h"

void write_column(json_writer *json, const statement *use, int column) {
  HONKER_SQLITE(use->connection);
  const char *text;
  switch (sqlite3_column_type(use->prepared, column)) {
    case SQLITE_NULL: json_null(json); break;
    case SQLITE_INTEGER: json_integer(json, sqlite3_column_int64(use->prepared, column)); break;
    case SQLITE_FLOAT: json_real(json, sqlite3_column_double(use->prepared, column)); break;
    default:
      text = (const char *)sqlite3_column_text(use->prepared, column);
      if (text == NULL && sqlite3_column_bytes(use->prepared, column) > 0) json->failed = 1;
      else json_string(json, text == NULL ? "" : text, (size_t)sqlite3_column_bytes(use->prepared, column));
  }
}

void write_row(json_writer *json, const statement *use) {
  HONKER_SQLITE(use->connection);
  const int columns = sqlite3_column_count(use->prepared);
  json_begin(json, '{');
  for (int column = 0; column < columns; column++) {
    json_key(json, sqlite3_column_name(use->prepared, column));
    write_column(json, use, column);
  }
  json_end(json, '}');
}

void call_return_row(honker_call *call, statement *use) {
  HONKER_SQLITE(call->connection);
  json_writer row = {0};
  const int found = statement_step(use);
  if (found) write_row(&row, use);
  statement_run(use);
  call_sqlite_error(call, statement_close(use));
  if (found) call_return_json(call, &row);
  else if (!call_failed(call)) sqlite3_result_text(call->context, "", 0, SQLITE_STATIC);
}

void call_return_rows(honker_call *call, statement *use, sqlite3_int64 limit) {
  json_writer rows = {0};
  json_begin(&rows, '[');
  for (sqlite3_int64 i = 0; i < limit && statement_step(use); i++) write_row(&rows, use);
  json_end(&rows, ']');
  call_sqlite_error(call, statement_close(use));
  call_return_json(call, &rows);
}

static sqlite3_int64 run_and_count(honker_call *call, statement *use) {
  HONKER_SQLITE(call->connection);
  statement_run(use);
  const sqlite3_int64 count = sqlite3_changes(call->connection->db);
  call_sqlite_error(call, statement_close(use));
  return count;
}

void call_return_changes(honker_call *call, statement *use) {
  const sqlite3_int64 count = run_and_count(call, use);
  call_return_integer(call, count);
}

void call_return_changed(honker_call *call, statement *use) {
  const sqlite3_int64 count = run_and_count(call, use);
  call_return_integer(call, count > 0);
}
