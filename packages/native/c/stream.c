/*
** Streams: events with ever growing offsets, kept until they are trimmed, and the offset up to which each
** consumer has read.
*/
#include "functions.h"
#include "reply.h"

void honker_stream_publish(honker_call *call) {
  honker_connection *const connection = call->connection;
  HONKER_SQLITE(connection);
  const text_argument topic = argument_name(call, 0, "topic");
  const text_argument key = argument_text_or_null(call, 1, "key");
  const text_argument payload = argument_json(call, 2, "payload");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, connection, STATEMENT_PUBLISH);
  bind_text(&use, 1, topic.text, topic.length);
  if (key.text != NULL) bind_text(&use, 2, key.text, key.length);
  bind_text(&use, 3, payload.text, payload.length);
  bind_integer(&use, 4, connection_now(connection));
  statement_run(&use);
  const sqlite3_int64 offset = sqlite3_last_insert_rowid(connection->db);
  if (!call_sqlite_error(call, statement_close(&use))) call_return_integer(call, offset);
}

void honker_stream_read_since(honker_call *call) {
  const text_argument topic = argument_name(call, 0, "topic");
  const sqlite3_int64 offset = argument_integer(call, 1, "offset");
  const sqlite3_int64 limit = argument_count(call, 2, "limit");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_READ_STREAM);
  bind_text(&use, 1, topic.text, topic.length);
  bind_integer(&use, 2, offset);
  call_return_rows(call, &use, limit);
}

void honker_stream_save_offset(honker_call *call) {
  const text_argument consumer = argument_name(call, 0, "consumer");
  const text_argument topic = argument_name(call, 1, "topic");
  const sqlite3_int64 offset = argument_count(call, 2, "offset");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_SAVE_OFFSET);
  bind_text(&use, 1, consumer.text, consumer.length);
  bind_text(&use, 2, topic.text, topic.length);
  bind_integer(&use, 3, offset);
  call_return_changed(call, &use);
}

void honker_stream_get_offset(honker_call *call) {
  HONKER_SQLITE(call->connection);
  const text_argument consumer = argument_name(call, 0, "consumer");
  const text_argument topic = argument_name(call, 1, "topic");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_GET_OFFSET);
  bind_text(&use, 1, consumer.text, consumer.length);
  bind_text(&use, 2, topic.text, topic.length);
  const sqlite3_int64 offset = statement_step(&use) ? sqlite3_column_int64(use.prepared, 0) : 0;
  if (!call_sqlite_error(call, statement_close(&use))) call_return_integer(call, offset);
}

void honker_stream_trim(honker_call *call) {
  const text_argument topic = argument_name(call, 0, "topic");
  const sqlite3_int64 before = argument_integer(call, 1, "before_offset");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_TRIM_STREAM);
  bind_text(&use, 1, topic.text, topic.length);
  bind_integer(&use, 2, before);
  call_return_changes(call, &use);
}
