/* What happens to one job: ack, retry, fail, heartbeat, cancel, get. */
#include "dead.h"
#include "functions.h"
#include "held_claim.h"
#include "reply.h"
#include "transaction.h"

static void open_held(statement *use, honker_connection *connection, statement_id id, const held_claim *claim,
                      sqlite3_int64 now) {
  statement_open(use, connection, id);
  bind_integer(use, 1, claim->id);
  bind_text(use, 2, claim->worker.text, claim->worker.length);
  bind_integer(use, 3, now);
  if (!claim->any_attempt) bind_integer(use, 4, claim->attempt);
}

/* Runs a write and tells whether it met a row. */
static int run_write(statement *use, int *done) {
  HONKER_SQLITE(use->connection);
  statement_run(use);
  *done = use->rc == SQLITE_OK && sqlite3_changes(use->connection->db) > 0;
  return statement_close(use);
}

int claim_ack(honker_connection *connection, const held_claim *claim, sqlite3_int64 now, int *done) {
  statement use;
  open_held(&use, connection, STATEMENT_ACK, claim, now);
  return run_write(&use, done);
}

int claim_heartbeat(honker_connection *connection, const held_claim *claim, sqlite3_int64 now,
                    sqlite3_int64 lease_end, int *done) {
  statement use;
  open_held(&use, connection, STATEMENT_HEARTBEAT, claim, now);
  bind_integer(&use, 5, lease_end);
  return run_write(&use, done);
}

int claim_release(honker_connection *connection, const held_claim *claim, sqlite3_int64 now, int *done) {
  statement use;
  open_held(&use, connection, STATEMENT_RELEASE_CLAIM, claim, now);
  return run_write(&use, done);
}

/* (id, worker_id, …, [attempt]): the attempt, where it is given, is the last argument. */
static held_claim read_claim(honker_call *call, int attempt_index) {
  held_claim claim = {0};
  claim.id = argument_integer(call, 0, "id");
  claim.worker = argument_name(call, 1, "worker_id");
  claim.any_attempt = attempt_index >= call->count;
  if (!claim.any_attempt) claim.attempt = argument_count(call, attempt_index, "attempt");
  return claim;
}

void honker_ack(honker_call *call) {
  const held_claim claim = read_claim(call, 2);
  if (call_failed(call)) return;
  int done = 0;
  const int rc = claim_ack(call->connection, &claim, connection_now(call->connection), &done);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, done);
}

void honker_heartbeat(honker_call *call) {
  const sqlite3_int64 now = connection_now(call->connection);
  const held_claim claim = read_claim(call, 3);
  const sqlite3_int64 lease_end = argument_from_now(call, 2, "extend_s", now);
  if (call_failed(call)) return;
  int done = 0;
  const int rc = claim_heartbeat(call->connection, &claim, now, lease_end, &done);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, done);
}

/* Whether the claim is held, and whether the job has used up its attempts. */
static int look_at_claim(honker_connection *connection, const held_claim *claim, sqlite3_int64 now, int *held,
                         int *spent) {
  HONKER_SQLITE(connection);
  statement use;
  open_held(&use, connection, STATEMENT_CLAIM_IS_SPENT, claim, now);
  *held = statement_step(&use);
  *spent = *held && sqlite3_column_int(use.prepared, 0);
  return statement_close(&use);
}

static int retry_job(honker_connection *connection, sqlite3_int64 id, sqlite3_int64 run_at) {
  statement use;
  int done;
  statement_open(&use, connection, STATEMENT_RETRY_JOB);
  bind_integer(&use, 1, id);
  bind_integer(&use, 2, run_at);
  return run_write(&use, &done);
}

/* Retry (unless the attempts are used up) or burial of a claim that is held. */
static void give_up_claim(honker_call *call, const held_claim *claim, text_argument error, int may_retry,
                          sqlite3_int64 run_at, sqlite3_int64 now) {
  honker_connection *const connection = call->connection;
  int held = 0, spent = 0;
  transaction unit;
  int rc = transaction_begin(&unit, connection);
  if (rc == SQLITE_OK) rc = look_at_claim(connection, claim, now, &held, &spent);
  if (rc == SQLITE_OK && held) {
    rc = may_retry && !spent ? retry_job(connection, claim->id, run_at)
                             : bury_job(connection, claim->id, error.text, error.length, now);
  }
  rc = transaction_end(&unit, rc);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, held);
}

void honker_retry(honker_call *call) {
  const sqlite3_int64 now = connection_now(call->connection);
  const held_claim claim = read_claim(call, 4);
  const sqlite3_int64 run_at = argument_from_now(call, 2, "delay_s", now);
  const text_argument error = argument_text_or_null(call, 3, "error");
  if (!call_failed(call)) give_up_claim(call, &claim, error, 1, run_at, now);
}

void honker_fail(honker_call *call) {
  const held_claim claim = read_claim(call, 3);
  const text_argument error = argument_text_or_null(call, 2, "error");
  if (!call_failed(call)) give_up_claim(call, &claim, error, 0, 0, connection_now(call->connection));
}

void honker_cancel(honker_call *call) {
  const sqlite3_int64 id = argument_integer(call, 0, "id");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_DELETE_JOB);
  bind_integer(&use, 1, id);
  call_return_changed(call, &use);
}

void honker_get_job(honker_call *call) {
  const sqlite3_int64 id = argument_integer(call, 0, "id");
  if (call_failed(call)) return;
  statement use;
  statement_open(&use, call->connection, STATEMENT_GET_JOB);
  bind_integer(&use, 1, id);
  call_return_row(call, &use);
}
