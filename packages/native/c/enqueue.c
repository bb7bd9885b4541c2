/* honker_enqueue, honker_enqueue_batch: one job, or one for each element of a JSON array. */
#include "enqueue.h"

#include "functions.h"
#include "json_reader.h"
#include "transaction.h"

/* (queue, payload, run_at, delay, priority, max_attempts, expires): the same in both functions. */
static job_options read_options(honker_call *call) {
  job_options options = {{"", 0}, 0, 0, 0, 0, 0, connection_now(call->connection)};
  options.queue = argument_name(call, 0, "queue");
  options.run_at = argument_integer_or(call, 2, "run_at", options.now);
  if (!argument_is_null(call, 3)) options.run_at = argument_from_now(call, 3, "delay", options.now);
  options.priority = argument_integer_or(call, 4, "priority", 0);
  options.max_attempts = argument_count_or(call, 5, "max_attempts", DEFAULT_MAX_ATTEMPTS);
  options.expires = !argument_is_null(call, 6);
  if (options.expires) options.expires_at = argument_from_now(call, 6, "expires", options.now);
  return options;
}

/* Parameters 1 to 6 of both statements that insert; payloads follow. */
static void open_insert(statement *use, honker_connection *connection, statement_id id, const job_options *options) {
  statement_open(use, connection, id);
  bind_text(use, 1, options->queue.text, options->queue.length);
  bind_integer(use, 2, options->run_at);
  bind_integer(use, 3, options->priority);
  bind_integer(use, 4, options->max_attempts);
  if (options->expires) bind_integer(use, 5, options->expires_at);
  bind_integer(use, 6, options->now);
}

int insert_job(honker_connection *connection, const job_options *options, const char *payload,
               sqlite3_int64 length, sqlite3_int64 *id) {
  HONKER_SQLITE(connection);
  statement use;
  open_insert(&use, connection, STATEMENT_ENQUEUE, options);
  bind_text(&use, 7, payload, length);
  statement_run(&use);
  /* 0: a trigger of the application's ignored the insert. */
  *id = sqlite3_changes(connection->db) > 0 ? sqlite3_last_insert_rowid(connection->db) : 0;
  return statement_close(&use);
}

void honker_enqueue(honker_call *call) {
  const job_options options = read_options(call);
  const text_argument payload = argument_json(call, 1, "payload");
  if (call_failed(call)) return;
  sqlite3_int64 id = 0;
  const int rc = insert_job(call->connection, &options, payload.text, payload.length, &id);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, id);
}

/*
** Many jobs: ENQUEUE_MANY_ROWS in a statement, since a statement costs more than a row (2.1 µs a job one
** by one, 0.8 so). INSERT … SELECT … FROM json_each() costs 2.1 and turns true into 1 and
** 0.30000000000000004 into 0.3; here a payload is kept as it was written.
*/
typedef struct enqueue_batch {
  honker_connection *connection;
  job_options options;
  json_elements payloads;
  json_writer ids;
  int one_by_one;
} enqueue_batch;

static int insert_one_by_one(enqueue_batch *batch, const json_elements *rows, int count) {
  int rc = SQLITE_OK;
  for (int i = 0; i < count && rc == SQLITE_OK; i++) {
    sqlite3_int64 id = 0;
    rc = insert_job(batch->connection, &batch->options, rows[i].element, (sqlite3_int64)rows[i].element_length, &id);
    json_integer(&batch->ids, id);
  }
  return rc;
}

/* The ids of one statement's rows are consecutive, unless a trigger of the application's wrote, too: then
** *unknown is set, and what was inserted must be rolled back. */
static int insert_together(enqueue_batch *batch, const json_elements *rows, int *unknown) {
  HONKER_SQLITE(batch->connection);
  sqlite3 *const db = batch->connection->db;
  const int before = sqlite3_total_changes(db);
  statement use;
  open_insert(&use, batch->connection, STATEMENT_ENQUEUE_MANY, &batch->options);
  for (int i = 0; i < ENQUEUE_MANY_ROWS; i++) {
    bind_text(&use, 7 + i, rows[i].element, (sqlite3_int64)rows[i].element_length);
  }
  statement_run(&use);
  const int rc = statement_close(&use);
  *unknown = sqlite3_changes(db) != ENQUEUE_MANY_ROWS || sqlite3_total_changes(db) - before != ENQUEUE_MANY_ROWS;
  const sqlite3_int64 last = sqlite3_last_insert_rowid(db);
  for (int i = 0; i < ENQUEUE_MANY_ROWS; i++) json_integer(&batch->ids, last - ENQUEUE_MANY_ROWS + 1 + i);
  return rc;
}

static int insert_all(enqueue_batch *batch, int *unknown) {
  json_elements walk = batch->payloads, rows[ENQUEUE_MANY_ROWS];
  int rc = SQLITE_OK;
  batch->ids.length = 0;
  batch->ids.comma = 0;
  *unknown = 0;
  json_begin(&batch->ids, '[');
  while (rc == SQLITE_OK && !*unknown) {
    int count = 0;
    while (count < ENQUEUE_MANY_ROWS && json_next(&walk)) rows[count++] = walk;
    if (count == 0) break;
    rc = batch->one_by_one || count < ENQUEUE_MANY_ROWS ? insert_one_by_one(batch, rows, count)
                                                        : insert_together(batch, rows, unknown);
  }
  json_end(&batch->ids, ']');
  return rc == SQLITE_OK && batch->ids.failed ? SQLITE_NOMEM : rc;
}

static int run_batch(enqueue_batch *batch) {
  int unknown = 0;
  transaction unit;
  int rc = transaction_begin(&unit, batch->connection);
  if (unit.kind == TRANSACTION_NONE) batch->one_by_one = 1; /* nothing to roll back to */
  if (rc == SQLITE_OK) rc = insert_all(batch, &unknown);
  if (rc != SQLITE_OK || !unknown) return transaction_end(&unit, rc);
  transaction_end(&unit, SQLITE_ABORT);
  batch->one_by_one = 1;
  rc = transaction_begin(&unit, batch->connection);
  if (rc == SQLITE_OK) rc = insert_all(batch, &unknown);
  return transaction_end(&unit, rc);
}

void honker_enqueue_batch(honker_call *call) {
  enqueue_batch batch = {.connection = call->connection, .options = read_options(call)};
  const text_argument payloads = argument_json(call, 1, "payloads_json");
  if (call_failed(call)) return;
  batch.payloads = json_open_array(payloads.text, (size_t)payloads.length);
  if (batch.payloads.malformed) {
    call_refuse(call, "payloads_json must be a JSON array of payloads");
    return;
  }
  call_sqlite_error(call, run_batch(&batch));
  call_return_json(call, &batch.ids);
}
