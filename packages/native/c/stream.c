/*
** Streams: events with ever growing offsets, kept until they are trimmed, and the offset up to which each
** consumer has read.
*/
#include "functions.h"
#include "json_reader.h"
#include "reply.h"
#include "transaction.h"

static int insert_event(honker_connection *connection, const text_argument *topic, const text_argument *key,
                        const char *payload, sqlite3_int64 length, sqlite3_int64 *offset) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_PUBLISH);
  bind_text(&use, 1, topic->text, topic->length);
  if (key->text != NULL) bind_text(&use, 2, key->text, key->length);
  bind_text(&use, 3, payload, length);
  bind_integer(&use, 4, connection_now(connection));
  statement_run(&use);
  *offset = sqlite3_last_insert_rowid(connection->db);
  return statement_close(&use);
}

void honker_stream_publish(honker_call *call) {
  const text_argument topic = argument_name(call, 0, "topic");
  const text_argument key = argument_text_or_null(call, 1, "key");
  const text_argument payload = argument_json(call, 2, "payload");
  if (call_failed(call)) return;
  sqlite3_int64 offset = 0;
  const int rc = insert_event(call->connection, &topic, &key, payload.text, payload.length, &offset);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, offset);
}

void honker_stream_publish_batch(honker_call *call) {
  const text_argument topic = argument_name(call, 0, "topic");
  const text_argument key = argument_text_or_null(call, 1, "key");
  const text_argument payloads = argument_json(call, 2, "payloads_json");
  if (call_failed(call)) return;
  json_elements walk = json_open_array(payloads.text, (size_t)payloads.length);
  if (walk.malformed) {
    call_refuse(call, "payloads_json must be a JSON array of payloads");
    return;
  }
  json_writer offsets = {0};
  json_begin(&offsets, '[');
  transaction unit;
  int rc = transaction_begin(&unit, call->connection);
  while (rc == SQLITE_OK && json_next(&walk)) {
    sqlite3_int64 offset = 0;
    rc = insert_event(call->connection, &topic, &key, walk.element, (sqlite3_int64)walk.element_length, &offset);
    json_integer(&offsets, offset);
  }
  json_end(&offsets, ']');
  if (rc == SQLITE_OK && offsets.failed) rc = SQLITE_NOMEM;
  call_sqlite_error(call, transaction_end(&unit, rc));
  call_return_json(call, &offsets);
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

/* The first column of the only row, or 0. */
static void return_offset(honker_call *call, statement *use) {
  HONKER_SQLITE(call->connection);
  const sqlite3_int64 offset = statement_step(use) ? sqlite3_column_int64(use->prepared, 0) : 0;
  if (!call_sqlite_error(call, statement_close(use))) call_return_integer(call, offset);
}

void honker_stream_last(honker_call *call) {
  const text_argument topic = argument_name(call, 0, "topic");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_LAST_OFFSET);
  bind_text(&use, 1, topic.text, topic.length);
  return_offset(call, &use);
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
  const text_argument consumer = argument_name(call, 0, "consumer");
  const text_argument topic = argument_name(call, 1, "topic");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_GET_OFFSET);
  bind_text(&use, 1, consumer.text, consumer.length);
  bind_text(&use, 2, topic.text, topic.length);
  return_offset(call, &use);
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
