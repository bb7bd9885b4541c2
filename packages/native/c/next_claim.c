/*
** honker_queue_next_claim_at: when somebody who found nothing to claim should look again, if no commit
** wakes them before.
*/
#include "functions.h"

typedef struct next_claim {
  honker_connection *connection;
  text_argument queue;
  sqlite3_int64 now;
  sqlite3_int64 earliest;
} next_claim;

static void consider(next_claim *next, sqlite3_int64 moment) {
  if (moment > next->now && moment < next->earliest) next->earliest = moment;
}

static int is_number(int type) { return type == SQLITE_INTEGER || type == SQLITE_FLOAT; }

/* The first whole second that isn't before the time in a column: one that somebody wrote as REAL may
** have a fraction. */
static sqlite3_int64 whole_second(const statement *use, int column) {
  HONKER_SQLITE(use->connection);
  const sqlite3_int64 second = sqlite3_column_int64(use->prepared, column);
  return second < INT64_MAX && sqlite3_column_double(use->prepared, column) > (double)second ? second + 1 : second;
}

/* The first run_at after now at a priority that has jobs which are due already. */
static int consider_priority(next_claim *next, sqlite3_value *priority) {
  HONKER_SQLITE(next->connection);
  statement use;
  statement_open(&use, next->connection, STATEMENT_NEXT_RUN_AT);
  bind_text(&use, 1, next->queue.text, next->queue.length);
  bind_value(&use, 2, priority);
  bind_integer(&use, 3, next->now);
  if (statement_step(&use) && is_number(sqlite3_column_type(use.prepared, 0))) {
    consider(next, whole_second(&use, 0));
  }
  return statement_close(&use);
}

static int consider_leases(next_claim *next) {
  HONKER_SQLITE(next->connection);
  statement use;
  statement_open(&use, next->connection, STATEMENT_NEXT_LEASE_END);
  bind_text(&use, 1, next->queue.text, next->queue.length);
  bind_integer(&use, 2, next->now);
  if (statement_step(&use)) {
    const sqlite3_int64 end = sqlite3_column_int64(use.prepared, 0);
    if (end < INT64_MAX) consider(next, end + 1); /* valid while end >= now */
  }
  return statement_close(&use);
}

/* Replaces *priority by the next lower one that has pending jobs, NULL at the end, and considers it. */
static int next_priority(next_claim *next, sqlite3_value **priority) {
  HONKER_SQLITE(next->connection);
  statement use;
  statement_open(&use, next->connection, *priority == NULL ? STATEMENT_TOP_PRIORITY : STATEMENT_NEXT_PRIORITY);
  bind_text(&use, 1, next->queue.text, next->queue.length);
  if (*priority != NULL) bind_value(&use, 2, *priority);
  sqlite3_value *lower = NULL;
  const int found = statement_step(&use);
  int due = 0;
  if (found) {
    lower = sqlite3_value_dup(sqlite3_column_value(use.prepared, 0));
    const int is_time = is_number(sqlite3_column_type(use.prepared, 1));
    const sqlite3_int64 run_at = whole_second(&use, 1);
    due = is_time && run_at <= next->now;
    if (is_time) consider(next, run_at);
  }
  int rc = statement_close(&use);
  sqlite3_value_free(*priority);
  *priority = lower;
  if (rc == SQLITE_OK && found && lower == NULL) rc = SQLITE_NOMEM;
  return rc == SQLITE_OK && due ? consider_priority(next, lower) : rc;
}

static int consider_pending(next_claim *next) {
  HONKER_SQLITE(next->connection);
  sqlite3_value *priority = NULL;
  int rc;
  do {
    rc = next_priority(next, &priority);
  } while (rc == SQLITE_OK && priority != NULL);
  sqlite3_value_free(priority);
  return rc;
}

void honker_queue_next_claim_at(honker_call *call) {
  next_claim next = {.connection = call->connection, .earliest = INT64_MAX};
  next.queue = argument_name(call, 0, "queue");
  next.now = connection_now(call->connection);
  if (call_failed(call)) return;
  int rc = consider_leases(&next);
  if (rc == SQLITE_OK) rc = consider_pending(&next);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, next.earliest == INT64_MAX ? 0 : next.earliest);
}
