/*
** honker_claim_batch.
**
** A claim is index seeks only, so its cost doesn't grow with the backlog, with jobs scheduled for
** later, with jobs in flight, nor with other queues; and it takes no write lock when there is
** nothing to claim:
**
**   1. a read-only probe: an expired lease? a due job at any priority?
**   2. a transaction;
**   3. expired leases go back to pending;
**   4. the due jobs are read off the index (due_cursor.h) and each row updated by id. Jobs that may
**      not run any more are buried as they are met.
**
** One `UPDATE … WHERE id IN (SELECT … LIMIT n) RETURNING` would cost 100 µs at n = 1 (two ephemeral
** tables) and walk over every job that isn't due or is in flight; this costs 20–30 µs.
*/
#include <string.h>

#include "dead.h"
#include "due_cursor.h"
#include "functions.h"
#include "id_list.h"
#include "transaction.h"

/* What one call moves to dead, and what it takes back of expired leases, at most: it bounds how
** long the write lock is held. What is left over is the next call's. */
#define MAX_MOVED 1000

/* A batch ends early at this size of its JSON: it must stay far below SQLite's limit for a string. */
#define MAX_BYTES (16 * 1024 * 1024)

typedef struct claim {
  honker_connection *connection;
  text_argument queue;
  text_argument worker;
  sqlite3_int64 wanted;
  sqlite3_int64 now;
  sqlite3_int64 lease_end;
  json_writer jobs;
  id_list claimed; /* of the batch being read */
  id_list exhausted;
  id_list expired;
  id_list oversized;
  sqlite3_int64 buried;
} claim;

static int is_full(const claim *c) {
  return c->wanted == 0 || c->buried >= MAX_MOVED || c->jobs.length >= MAX_BYTES;
}

static int has_expired_lease(const claim *c, int *has) {
  statement use;
  statement_open(&use, c->connection, STATEMENT_HAS_EXPIRED_LEASE);
  bind_text(&use, 1, c->queue.text, c->queue.length);
  bind_integer(&use, 2, c->now);
  *has = statement_step(&use);
  return statement_close(&use);
}

static int has_due_job(const claim *c, int *has) {
  due_cursor due = due_cursor_open(c->connection, &c->queue, c->now);
  *has = due_cursor_next(&due);
  return due_cursor_close(&due);
}

static int return_job(honker_connection *connection, sqlite3_int64 id) {
  statement use;
  statement_open(&use, connection, STATEMENT_RETURN_JOB);
  bind_integer(&use, 1, id);
  statement_run(&use);
  return statement_close(&use);
}

static int bury_all(claim *c, id_list *ids, const char *error) {
  int rc = SQLITE_OK;
  for (size_t i = 0; rc == SQLITE_OK && i < ids->count; i++) {
    rc = bury_job(c->connection, ids->ids[i], error, (sqlite3_int64)strlen(error), c->now);
  }
  c->buried += (sqlite3_int64)ids->count;
  ids->count = 0;
  return rc;
}

/* Sorts a job that is ready into the list where it belongs. Columns: attempts, max_attempts, expires_at. */
static id_list *judge(claim *c, sqlite3_stmt *row, int column) {
  HONKER_SQLITE(c->connection);
  const int type = sqlite3_column_type(row, column + 2);
  const int expires = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
  if (expires && sqlite3_column_int64(row, column + 2) <= c->now) return &c->expired;
  if (sqlite3_column_int64(row, column) >= sqlite3_column_int64(row, column + 1)) return &c->exhausted;
  return &c->claimed;
}

static int bury_judged(claim *c) {
  int rc = bury_all(c, &c->expired, DEAD_EXPIRED);
  if (rc == SQLITE_OK) rc = bury_all(c, &c->exhausted, DEAD_MAX_ATTEMPTS);
  if (rc == SQLITE_OK) rc = bury_all(c, &c->oversized, DEAD_OVERSIZED);
  return rc;
}

static int take_back_expired_leases(claim *c) {
  HONKER_SQLITE(c->connection);
  statement use;
  int added = 1;
  statement_open(&use, c->connection, STATEMENT_EXPIRED_LEASES);
  bind_text(&use, 1, c->queue.text, c->queue.length);
  bind_integer(&use, 2, c->now);
  for (int i = 0; i < MAX_MOVED && added && statement_step(&use); i++) {
    added = id_list_add(judge(c, use.prepared, 1), sqlite3_column_int64(use.prepared, 0));
  }
  int rc = statement_close(&use);
  if (rc == SQLITE_OK && !added) rc = SQLITE_NOMEM;
  for (size_t i = 0; rc == SQLITE_OK && i < c->claimed.count; i++) {
    rc = return_job(c->connection, c->claimed.ids[i]);
  }
  c->claimed.count = 0;
  return rc == SQLITE_OK ? bury_judged(c) : rc;
}

static void write_job(claim *c, sqlite3_stmt *row) {
  HONKER_SQLITE(c->connection);
  json_writer *const json = &c->jobs;
  const char *const payload = (const char *)sqlite3_column_text(row, 1);
  if (payload == NULL) json->failed = 1;
  json_begin(json, '{');
  json_key(json, "id");
  json_integer(json, sqlite3_column_int64(row, 0));
  json_key(json, "queue");
  json_string(json, c->queue.text, (size_t)c->queue.length);
  json_key(json, "payload");
  json_string(json, payload == NULL ? "" : payload, payload == NULL ? 0 : (size_t)sqlite3_column_bytes(row, 1));
  json_key(json, "worker_id");
  json_string(json, c->worker.text, (size_t)c->worker.length);
  json_key(json, "attempts");
  json_integer(json, sqlite3_column_int64(row, 2) + 1);
  json_key(json, "claim_expires_at");
  json_integer(json, c->lease_end);
  json_end(json, '}');
}

/* Writes a job, unless the result would become longer than SQLite allows. Then the job waits for the next
** call; or, being too long all by itself, for its burial: it would be in the way of every claim. */
static id_list *write_job_that_fits(claim *c, sqlite3_stmt *row) {
  HONKER_SQLITE(c->connection);
  const size_t limit = (size_t)sqlite3_limit(c->connection->db, SQLITE_LIMIT_LENGTH, -1);
  const json_writer before = c->jobs;
  write_job(c, row);
  if (c->jobs.length < limit) return &c->claimed;
  c->jobs.length = before.length;
  c->jobs.comma = before.comma;
  return before.comma ? NULL : &c->oversized;
}

/* Reads up to `limit` due jobs into c->jobs and the lists; *read tells how many. */
static int read_due(claim *c, sqlite3_int64 limit, sqlite3_int64 *read) {
  HONKER_SQLITE(c->connection);
  due_cursor due = due_cursor_open(c->connection, &c->queue, c->now);
  int added = 1;
  *read = 0;
  while (added && *read < limit && c->jobs.length < MAX_BYTES && due_cursor_next(&due)) {
    sqlite3_stmt *const row = due.use.prepared;
    id_list *list = judge(c, row, 2);
    if (list == &c->claimed) list = write_job_that_fits(c, row);
    if (list == NULL) break;
    added = id_list_add(list, sqlite3_column_int64(row, 0));
    (*read)++;
  }
  const int rc = due_cursor_close(&due);
  return rc == SQLITE_OK && (!added || c->jobs.failed) ? SQLITE_NOMEM : rc;
}

static int mark_claimed(claim *c) {
  int rc = SQLITE_OK;
  for (size_t i = 0; rc == SQLITE_OK && i < c->claimed.count; i++) {
    statement use;
    statement_open(&use, c->connection, STATEMENT_CLAIM_JOB);
    bind_integer(&use, 1, c->claimed.ids[i]);
    bind_text(&use, 2, c->worker.text, c->worker.length);
    bind_integer(&use, 3, c->lease_end);
    statement_run(&use);
    rc = statement_close(&use);
  }
  c->wanted -= (sqlite3_int64)c->claimed.count;
  c->claimed.count = 0;
  return rc;
}

static int claim_due_jobs(claim *c) {
  int rc;
  sqlite3_int64 limit, read;
  do {
    limit = c->wanted < MAX_MOVED ? c->wanted : MAX_MOVED;
    rc = read_due(c, limit, &read);
    if (rc == SQLITE_OK) rc = mark_claimed(c);
    if (rc == SQLITE_OK) rc = bury_judged(c);
  } while (rc == SQLITE_OK && read == limit && !is_full(c));
  return rc;
}

/* Whether there is anything to do, and so a reason to take the write lock. */
static int probe(const claim *c, int *something) {
  HONKER_SQLITE(c->connection);
  *something = sqlite3_txn_state(c->connection->db, "main") == SQLITE_TXN_WRITE; /* it is taken already */
  int rc = *something ? SQLITE_OK : has_expired_lease(c, something);
  if (rc == SQLITE_OK && !*something) rc = has_due_job(c, something);
  return rc;
}

static int run_claim(claim *c) {
  int something = 0, leases = 0;
  int rc = probe(c, &something);
  if (rc != SQLITE_OK || !something) return rc;
  transaction unit;
  rc = transaction_begin(&unit, c->connection);
  if (rc == SQLITE_OK) rc = has_expired_lease(c, &leases);
  if (rc == SQLITE_OK && leases) rc = take_back_expired_leases(c);
  if (rc == SQLITE_OK) rc = claim_due_jobs(c);
  return transaction_end(&unit, rc);
}

void honker_claim_batch(honker_call *call) {
  claim c = {.connection = call->connection, .now = connection_now(call->connection)};
  c.queue = argument_name(call, 0, "queue");
  c.worker = argument_name(call, 1, "worker_id");
  c.wanted = argument_count(call, 2, "n");
  c.lease_end = argument_from_now(call, 3, "timeout_s", c.now);
  if (call_failed(call)) return;
  json_begin(&c.jobs, '[');
  if (c.wanted > 0) call_sqlite_error(call, run_claim(&c));
  json_end(&c.jobs, ']');
  call_return_json(call, &c.jobs);
  id_list_free(&c.claimed);
  id_list_free(&c.exhausted);
  id_list_free(&c.expired);
  id_list_free(&c.oversized);
}
