/*
** honker_scheduler_tick: enqueues what is due, all schedules in one transaction.
**
** A schedule that was missed (no process ran) is made up for by at most MAX_CATCH_UP jobs; boundaries
** beyond are skipped. One whose expression somebody wrote badly into the table is paused, so that the
** others go on and it shows in the list.
*/
#include <stdlib.h>

#include "enqueue.h"
#include "functions.h"
#include "scheduler.h"
#include "transaction.h"

#define MAX_CATCH_UP 64

typedef struct due_schedule {
  sqlite3_int64 rowid;
  char *name;
  sqlite3_int64 name_length;
  char *queue;
  sqlite3_int64 queue_length;
  char *expression;
  sqlite3_int64 expression_length;
  char *payload;
  sqlite3_int64 payload_length;
  job_options options;
  sqlite3_int64 fire_at;
} due_schedule;

typedef struct tick {
  honker_connection *connection;
  sqlite3_int64 now;
  due_schedule *due;
  size_t count;
  json_writer fired;
} tick;

static void free_due(tick *t) {
  for (size_t i = 0; i < t->count; i++) {
    free(t->due[i].name);
    free(t->due[i].queue);
    free(t->due[i].expression);
    free(t->due[i].payload);
  }
  free(t->due);
}

static int add_due(tick *t, const statement *use) {
  HONKER_SQLITE(t->connection);
  due_schedule *const grown = realloc(t->due, (t->count + 1) * sizeof *grown);
  if (grown == NULL) return SQLITE_NOMEM;
  t->due = grown;
  due_schedule *const due = &grown[t->count++];
  const due_schedule nothing = {0};
  *due = nothing;
  due->name = statement_copy_text(use, 0, &due->name_length);
  due->queue = statement_copy_text(use, 1, &due->queue_length);
  due->expression = statement_copy_text(use, 2, &due->expression_length);
  due->payload = statement_copy_text(use, 3, &due->payload_length);
  if (due->name == NULL || due->queue == NULL || due->expression == NULL || due->payload == NULL) return SQLITE_NOMEM;
  const sqlite3_int64 now = connection_now(t->connection);
  due->options.queue.text = due->queue;
  due->options.queue.length = due->queue_length;
  due->options.run_at = now;
  due->options.now = now;
  due->options.priority = sqlite3_column_int64(use->prepared, 4);
  const sqlite3_int64 expires = sqlite3_column_int64(use->prepared, 5);
  due->options.expires = sqlite3_column_type(use->prepared, 5) != SQLITE_NULL;
  due->options.expires_at = expires <= INT64_MAX - now ? now + expires : INT64_MAX;
  due->fire_at = sqlite3_column_int64(use->prepared, 6);
  due->options.max_attempts = sqlite3_column_int64(use->prepared, 7);
  due->rowid = sqlite3_column_int64(use->prepared, 8);
  return SQLITE_OK;
}

static int read_due(tick *t) {
  int rc = SQLITE_OK;
  statement use;
  statement_open(&use, t->connection, STATEMENT_DUE_TASKS);
  bind_integer(&use, 1, t->now);
  while (rc == SQLITE_OK && statement_step(&use)) rc = add_due(t, &use);
  const int read = statement_close(&use);
  return read != SQLITE_OK ? read : rc;
}

static int has_due(tick *t, int *has) {
  statement use;
  statement_open(&use, t->connection, STATEMENT_DUE_TASKS);
  bind_integer(&use, 1, t->now);
  *has = statement_step(&use);
  return statement_close(&use);
}

static int fire_once(tick *t, const due_schedule *due, sqlite3_int64 fire_at) {
  sqlite3_int64 job = 0;
  const int rc = insert_job(t->connection, &due->options, due->payload, due->payload_length, &job);
  json_begin(&t->fired, '{');
  json_key(&t->fired, "name");
  json_string(&t->fired, due->name, (size_t)due->name_length);
  json_key(&t->fired, "queue");
  json_string(&t->fired, due->queue, (size_t)due->queue_length);
  json_key(&t->fired, "fire_at");
  json_integer(&t->fired, fire_at);
  json_key(&t->fired, "job_id");
  json_integer(&t->fired, job);
  json_end(&t->fired, '}');
  return rc;
}

/* Enqueues each boundary from the one that is due on, and sets the next one. */
static int fire(tick *t, const due_schedule *due) {
  cron_schedule schedule;
  char why[CRON_MESSAGE];
  int64_t at = due->fire_at;
  int rc = SQLITE_OK;
  int readable = cron_parse(due->expression, (size_t)due->expression_length, &schedule, why, sizeof why) == 0;
  for (int fires = 0; rc == SQLITE_OK && readable && at <= t->now && fires < MAX_CATCH_UP; fires++) {
    rc = fire_once(t, due, at);
    readable = cron_next_after(&schedule, at, &at) == CRON_OK;
  }
  if (readable && at <= t->now) readable = cron_next_after(&schedule, t->now, &at) == CRON_OK;
  if (rc != SQLITE_OK) return rc;
  return schedule_set_state(t->connection, due->rowid, at, readable);
}

static int run_tick(tick *t) {
  int rc = read_due(t);
  for (size_t i = 0; rc == SQLITE_OK && i < t->count; i++) rc = fire(t, &t->due[i]);
  return rc == SQLITE_OK && t->fired.failed ? SQLITE_NOMEM : rc;
}

/* Refused here, for no schedule has a time after it: each would be paused. */
static void check_now(honker_call *call, sqlite3_int64 now) {
  const cron_schedule every_second = {.every_s = 1};
  int64_t next;
  if (cron_next_after(&every_second, now, &next) != CRON_OK) {
    call_refuse(call, "now must be in the years 1 to 9999, as Unix seconds, but is %lld", now);
  }
}

void honker_scheduler_tick(honker_call *call) {
  tick t = {.connection = call->connection, .now = argument_integer(call, 0, "now")};
  check_now(call, t.now);
  if (call_failed(call)) return;
  json_begin(&t.fired, '[');
  int has = 0;
  int rc = has_due(&t, &has);
  if (rc == SQLITE_OK && has) {
    transaction unit;
    rc = transaction_begin(&unit, t.connection);
    if (rc == SQLITE_OK) rc = run_tick(&t);
    rc = transaction_end(&unit, rc);
  }
  json_end(&t.fired, ']');
  call_sqlite_error(call, rc);
  call_return_json(call, &t.fired);
  free_due(&t);
}

void honker_scheduler_soonest(honker_call *call) {
  HONKER_SQLITE(call->connection);
  statement use;
  statement_open(&use, call->connection, STATEMENT_SOONEST_TASK);
  bind_integer(&use, 1, INT64_MIN);
  const sqlite3_int64 soonest = statement_step(&use) ? sqlite3_column_int64(use.prepared, 0) : 0;
  if (!call_sqlite_error(call, statement_close(&use))) call_return_integer(call, soonest);
}
