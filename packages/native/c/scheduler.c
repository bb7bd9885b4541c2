/*
** The schedules: a name, when it fires, and the job that it then enqueues.
*/
#include "scheduler.h"

#include <stdlib.h>

#include "enqueue.h"
#include "functions.h"
#include "reply.h"
#include "transaction.h"

int schedule_next(honker_call *call, const text_argument *expression, sqlite3_int64 from, int64_t *next) {
  cron_schedule schedule;
  char why[CRON_MESSAGE];
  if (cron_parse(expression->text, (size_t)expression->length, &schedule, why, sizeof why) != 0) {
    call_refuse(call, "%s", why);
    return 0;
  }
  const int rc = cron_next_after(&schedule, from, next);
  if (rc != CRON_OK) call_refuse(call, "%s", cron_failure(rc));
  return rc == CRON_OK;
}

void honker_cron_next_after(honker_call *call) {
  const text_argument expression = argument_name(call, 0, "expr");
  const sqlite3_int64 from = argument_integer(call, 1, "from");
  int64_t next = 0;
  if (!call_failed(call) && schedule_next(call, &expression, from, &next)) call_return_integer(call, next);
}

void honker_scheduler_register(honker_call *call) {
  const sqlite3_int64 now = connection_now(call->connection);
  const text_argument name = argument_name(call, 0, "name");
  const text_argument queue = argument_name(call, 1, "queue");
  const text_argument expression = argument_name(call, 2, "expr");
  const text_argument payload = argument_json(call, 3, "payload");
  const sqlite3_int64 priority = argument_integer_or(call, 4, "priority", 0);
  const sqlite3_int64 expires = argument_count_or(call, 5, "expires_s", 0);
  const sqlite3_int64 max_attempts = argument_count_or(call, 6, "max_attempts", DEFAULT_MAX_ATTEMPTS);
  int64_t next = 0;
  if (call_failed(call) || !schedule_next(call, &expression, now, &next)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_REGISTER_TASK);
  bind_text(&use, 1, name.text, name.length);
  bind_text(&use, 2, queue.text, queue.length);
  bind_text(&use, 3, expression.text, expression.length);
  bind_text(&use, 4, payload.text, payload.length);
  bind_integer(&use, 5, priority);
  if (!argument_is_null(call, 5)) bind_integer(&use, 6, expires);
  bind_integer(&use, 7, next);
  bind_integer(&use, 8, max_attempts);
  call_return_changed(call, &use);
}

void honker_scheduler_unregister(honker_call *call) {
  const text_argument name = argument_name(call, 0, "name");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_UNREGISTER_TASK);
  bind_text(&use, 1, name.text, name.length);
  call_return_changes(call, &use);
}

void honker_scheduler_pause(honker_call *call) {
  const text_argument name = argument_name(call, 0, "name");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_PAUSE_TASK);
  bind_text(&use, 1, name.text, name.length);
  call_return_changed(call, &use);
}

/* A schedule as it stands: what it needs to fire again. The expression is malloc'ed. */
typedef struct stored_schedule {
  sqlite3_int64 rowid;
  char *expression;
  sqlite3_int64 length;
  sqlite3_int64 next_fire_at;
  int enabled;
} stored_schedule;

static int read_schedule(honker_connection *connection, const text_argument *name, stored_schedule *stored,
                         int *found) {
  HONKER_SQLITE(connection);
  statement use;
  statement_open(&use, connection, STATEMENT_GET_TASK);
  bind_text(&use, 1, name->text, name->length);
  *found = statement_step(&use);
  if (*found) {
    stored->rowid = sqlite3_column_int64(use.prepared, 0);
    stored->expression = statement_copy_text(&use, 1, &stored->length);
    stored->next_fire_at = sqlite3_column_int64(use.prepared, 2);
    stored->enabled = sqlite3_column_int64(use.prepared, 3) == 1;
  }
  const int rc = statement_close(&use);
  return rc == SQLITE_OK && *found && stored->expression == NULL ? SQLITE_NOMEM : rc;
}

int schedule_set_state(honker_connection *connection, sqlite3_int64 rowid, sqlite3_int64 next, int enabled) {
  statement use;
  statement_open(&use, connection, STATEMENT_SET_TASK_STATE);
  bind_integer(&use, 1, rowid);
  bind_integer(&use, 2, next);
  bind_integer(&use, 3, enabled);
  statement_run(&use);
  return statement_close(&use);
}

/* What it would have fired while it was paused is not made up for; what is due of one that was not
** paused, is. */
static int resume(honker_call *call, const text_argument *name, int *found) {
  const sqlite3_int64 now = connection_now(call->connection);
  stored_schedule stored = {0};
  int rc = read_schedule(call->connection, name, &stored, found);
  if (rc == SQLITE_OK && *found && !stored.enabled) {
    const text_argument expression = {stored.expression, stored.length};
    int64_t next = stored.next_fire_at;
    if (next <= now && !schedule_next(call, &expression, now, &next)) rc = SQLITE_ERROR;
    if (rc == SQLITE_OK) rc = schedule_set_state(call->connection, stored.rowid, next, 1);
  }
  free(stored.expression);
  return rc;
}

void honker_scheduler_resume(honker_call *call) {
  const text_argument name = argument_name(call, 0, "name");
  if (call_failed(call)) return;
  int found = 0;
  transaction unit;
  int rc = transaction_begin(&unit, call->connection);
  if (rc == SQLITE_OK) rc = resume(call, &name, &found);
  rc = transaction_end(&unit, rc);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, found);
}

void honker_scheduler_list(honker_call *call) {
  HONKER_SQLITE(call->connection);
  enum { COLUMN_ENABLED = 7 };
  json_writer list = {0};
  statement use;
  statement_open(&use, call->connection, STATEMENT_LIST_TASKS);
  json_begin(&list, '[');
  while (statement_step(&use)) {
    json_begin(&list, '{');
    const int columns = sqlite3_column_count(use.prepared);
    for (int column = 0; column < columns; column++) {
      json_key(&list, sqlite3_column_name(use.prepared, column));
      if (column == COLUMN_ENABLED) json_boolean(&list, sqlite3_column_int64(use.prepared, column) != 0);
      else write_column(&list, &use, column);
    }
    json_end(&list, '}');
  }
  json_end(&list, ']');
  call_sqlite_error(call, statement_close(&use));
  call_return_json(call, &list);
}

/* A flag that says whether a value counts, even if it is NULL. */
static int read_touch(honker_call *call, int index, const char *name) {
  const sqlite3_int64 touch = argument_integer_or(call, index, name, 0);
  if (touch != 0 && touch != 1) call_refuse(call, "%s must be 0 or 1, not %lld", name, touch);
  return touch == 1;
}

/* One statement, so all fields or none. */
void honker_scheduler_update(honker_call *call) {
  const text_argument name = argument_name(call, 0, "name");
  const int new_expression = !argument_is_null(call, 1), new_payload = !argument_is_null(call, 2);
  const int new_priority = !argument_is_null(call, 3);
  const text_argument none = {NULL, 0};
  const text_argument expression = new_expression ? argument_name(call, 1, "expr") : none;
  const text_argument payload = new_payload ? argument_json(call, 2, "payload") : none;
  const sqlite3_int64 priority = argument_integer_or(call, 3, "priority", 0);
  const sqlite3_int64 expires = argument_count_or(call, 4, "expires_s", 0);
  const int touch_expires = read_touch(call, 5, "touch_expires");
  const sqlite3_int64 max_attempts = argument_count_or(call, 6, "max_attempts", DEFAULT_MAX_ATTEMPTS);
  const int touch_max_attempts = read_touch(call, 7, "touch_max_attempts");
  int64_t next = 0;
  if (call_failed(call)) return;
  if (new_expression && !schedule_next(call, &expression, connection_now(call->connection), &next)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_UPDATE_TASK);
  bind_text(&use, 1, name.text, name.length);
  if (new_expression) bind_text(&use, 2, expression.text, expression.length);
  if (new_payload) bind_text(&use, 3, payload.text, payload.length);
  if (new_priority) bind_integer(&use, 4, priority);
  if (!argument_is_null(call, 4)) bind_integer(&use, 5, expires);
  bind_integer(&use, 6, touch_expires);
  bind_integer(&use, 7, max_attempts);
  bind_integer(&use, 8, touch_max_attempts);
  if (new_expression) bind_integer(&use, 9, next);
  call_return_changed(call, &use);
}
