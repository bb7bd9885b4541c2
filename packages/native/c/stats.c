/*
** honker_queue_stats. It counts off the indexes, so it costs what the queue is long: a query for
** people and dashboards, not for loops.
*/
#include "functions.h"
#include "name_walk.h"

typedef struct queue_stats {
  sqlite3_int64 ready;      /* due, or with a lease that has expired: what a claim could take */
  sqlite3_int64 scheduled;  /* pending, for later */
  sqlite3_int64 processing; /* under a valid lease */
  sqlite3_int64 dead;
  sqlite3_int64 oldest_ready_at; /* INT64_MAX: none is ready */
} queue_stats;

static int count_pending(honker_connection *connection, sqlite3_value *queue, sqlite3_int64 now, queue_stats *stats) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_COUNT_PENDING);
  bind_value(&use, 1, queue);
  bind_integer(&use, 2, now);
  if (statement_step(&use)) {
    stats->ready = sqlite3_column_int64(use.prepared, 0);
    stats->scheduled = sqlite3_column_int64(use.prepared, 1);
    if (stats->ready > 0) stats->oldest_ready_at = sqlite3_column_int64(use.prepared, 2);
  }
  return statement_close(&use);
}

static int count_processing(honker_connection *connection, sqlite3_value *queue, sqlite3_int64 now,
                            queue_stats *stats) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_COUNT_PROCESSING);
  bind_value(&use, 1, queue);
  bind_integer(&use, 2, now);
  if (statement_step(&use)) {
    const sqlite3_int64 expired = sqlite3_column_int64(use.prepared, 0);
    stats->ready += expired;
    stats->processing = sqlite3_column_int64(use.prepared, 1) - expired;
    const sqlite3_int64 first = sqlite3_column_int64(use.prepared, 2);
    if (expired > 0 && first < stats->oldest_ready_at) stats->oldest_ready_at = first + 1;
  }
  return statement_close(&use);
}

static int count_dead(honker_connection *connection, sqlite3_value *queue, queue_stats *stats) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_COUNT_DEAD);
  bind_value(&use, 1, queue);
  if (statement_step(&use)) stats->dead = sqlite3_column_int64(use.prepared, 0);
  return statement_close(&use);
}

/* Saturates: a run_at may be any integer. */
static sqlite3_int64 seconds_since(sqlite3_int64 then, sqlite3_int64 now) {
  if (then >= now) return 0;
  return then < now - INT64_MAX ? INT64_MAX : now - then;
}

static int write_stats(honker_connection *connection, json_writer *json, sqlite3_value *queue, sqlite3_int64 now) {
  HONKER_SQLITE(connection);
  queue_stats stats = {.oldest_ready_at = INT64_MAX};
  int rc = count_pending(connection, queue, now, &stats);
  if (rc == SQLITE_OK) rc = count_processing(connection, queue, now, &stats);
  if (rc == SQLITE_OK) rc = count_dead(connection, queue, &stats);
  if (rc != SQLITE_OK) return rc;
  json_begin(json, '{');
  json_key(json, "queue");
  json_string(json, (const char *)sqlite3_value_text(queue), (size_t)sqlite3_value_bytes(queue));
  json_key(json, "ready");
  json_integer(json, stats.ready);
  json_key(json, "scheduled");
  json_integer(json, stats.scheduled);
  json_key(json, "processing");
  json_integer(json, stats.processing);
  json_key(json, "dead");
  json_integer(json, stats.dead);
  json_key(json, "oldest_ready_s");
  if (stats.oldest_ready_at == INT64_MAX) json_null(json);
  else json_integer(json, seconds_since(stats.oldest_ready_at, now));
  json_end(json, '}');
  return SQLITE_OK;
}

/* One queue that was asked for is always answered, with zeros if it has no jobs. */
static int one_queue(honker_call *call, json_writer *json, sqlite3_int64 now) {
  argument_name(call, 0, "queue");
  return call_failed(call) ? SQLITE_OK : write_stats(call->connection, json, call->arguments[0], now);
}

static int every_queue(honker_connection *connection, json_writer *json, sqlite3_int64 now) {
  name_walk walk = {.connection = connection, .next = STATEMENT_NEXT_QUEUE};
  while (name_walk_next(&walk)) walk.rc = write_stats(connection, json, walk.name, now);
  return name_walk_close(&walk);
}

void honker_queue_stats(honker_call *call) {
  const sqlite3_int64 now = connection_now(call->connection);
  json_writer json = {0};
  json_begin(&json, '[');
  call_sqlite_error(call, argument_is_null(call, 0) ? every_queue(call->connection, &json, now)
                                                    : one_queue(call, &json, now));
  json_end(&json, ']');
  call_return_json(call, &json);
}
