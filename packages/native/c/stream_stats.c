/* honker_stream_stats. It counts off the index: a query for people and dashboards, not for loops. */
#include "functions.h"
#include "name_walk.h"
#include "reply.h"

typedef struct event_count {
  sqlite3_int64 count;
  sqlite3_int64 first;
  sqlite3_int64 last;
} event_count;

/* The events of a topic with a greater offset than `after`. */
static int count_events(honker_connection *connection, sqlite3_value *topic, sqlite3_int64 after, event_count *events) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_COUNT_EVENTS);
  bind_value(&use, 1, topic);
  bind_integer(&use, 2, after);
  if (statement_step(&use)) {
    events->count = sqlite3_column_int64(use.prepared, 0);
    events->first = sqlite3_column_int64(use.prepared, 1);
    events->last = sqlite3_column_int64(use.prepared, 2);
  }
  return statement_close(&use);
}

static int write_consumers(honker_connection *connection, json_writer *json, sqlite3_value *topic) {
  HONKER_SQLITE(connection);
  int rc = SQLITE_OK;
  statement use;
  statement_open(&use, connection, STATEMENT_CONSUMERS);
  bind_value(&use, 1, topic);
  while (rc == SQLITE_OK && statement_step(&use)) {
    const sqlite3_int64 offset = sqlite3_column_int64(use.prepared, 1);
    event_count ahead = {0};
    rc = count_events(connection, topic, offset, &ahead);
    json_begin(json, '{');
    json_key(json, "name");
    write_column(json, &use, 0); /* NULL, where somebody inserted it */
    json_key(json, "offset");
    json_integer(json, offset);
    json_key(json, "lag");
    json_integer(json, ahead.count);
    json_end(json, '}');
  }
  const int closed = statement_close(&use);
  return rc == SQLITE_OK ? closed : rc;
}

static void write_offset(json_writer *json, const char *name, const event_count *events, sqlite3_int64 offset) {
  json_key(json, name);
  if (events->count == 0) json_null(json);
  else json_integer(json, offset);
}

static int write_topic(honker_connection *connection, json_writer *json, sqlite3_value *topic) {
  HONKER_SQLITE(connection);
  event_count events = {0};
  const int rc = count_events(connection, topic, INT64_MIN, &events);
  if (rc != SQLITE_OK) return rc;
  json_begin(json, '{');
  json_key(json, "topic");
  json_string(json, (const char *)sqlite3_value_text(topic), (size_t)sqlite3_value_bytes(topic));
  json_key(json, "events");
  json_integer(json, events.count);
  write_offset(json, "first_offset", &events, events.first);
  write_offset(json, "last_offset", &events, events.last);
  json_key(json, "consumers");
  json_begin(json, '[');
  const int written = write_consumers(connection, json, topic);
  json_end(json, ']');
  json_end(json, '}');
  return written;
}

/* One topic that was asked for is always answered, with zeros if nothing was ever published. */
static int one_topic(honker_call *call, json_writer *json) {
  argument_name(call, 0, "topic");
  return call_failed(call) ? SQLITE_OK : write_topic(call->connection, json, call->arguments[0]);
}

static int every_topic(honker_connection *connection, json_writer *json) {
  name_walk walk = {.connection = connection, .next = STATEMENT_NEXT_TOPIC};
  while (name_walk_next(&walk)) walk.rc = write_topic(connection, json, walk.name);
  return name_walk_close(&walk);
}

void honker_stream_stats(honker_call *call) {
  json_writer json = {0};
  json_begin(&json, '[');
  const int every = argument_is_null(call, 0);
  call_sqlite_error(call, every ? every_topic(call->connection, &json) : one_topic(call, &json));
  json_end(&json, ']');
  call_return_json(call, &json);
}
