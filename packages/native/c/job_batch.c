/*
** The same for many claims at once. Two families:
**
**   honker_ack_batch, honker_heartbeat_batch       take ids: [7, 8, 9]
**   honker_ack_claims, …_heartbeat_…, …_release_…  take ids and attempts: [7, 1, 8, 3, 9, 1], and
**                                                  return the ids that are no longer held; for a
**                                                  worker that is all it has to react to
*/
#include "functions.h"
#include "held_claim.h"
#include "id_list.h"
#include "json_reader.h"
#include "transaction.h"

typedef enum batch_action { BATCH_ACK, BATCH_HEARTBEAT, BATCH_RELEASE } batch_action;

typedef struct batch {
  honker_connection *connection;
  batch_action action;
  text_argument worker;
  id_list numbers; /* ids, or ids and attempts in turn */
  int with_attempts;
  sqlite3_int64 now;
  sqlite3_int64 lease_end;
  sqlite3_int64 held; /* how many were, and the action was done */
  json_writer ids;    /* of those held, or with attempts of those not */
} batch;

static void read_numbers(honker_call *call, batch *b) {
  const char *const name = b->with_attempts ? "claims_json" : "ids_json";
  const text_argument list = argument_json(call, 0, name);
  if (call_failed(call)) return;
  json_elements walk = json_open_array(list.text, (size_t)list.length);
  int integers = !walk.malformed, added = 1;
  while (integers && added && json_next(&walk)) {
    int64_t number = 0;
    integers = json_element_integer(&walk, &number);
    if (integers) added = id_list_add(&b->numbers, number);
  }
  if (!added) call_sqlite_error(call, SQLITE_NOMEM);
  else if (!integers) call_refuse(call, "%s must be a JSON array of integers", name);
  else if (b->with_attempts && b->numbers.count % 2 != 0) {
    call_refuse(call, "%s must hold an attempt after each id: [id, attempt, id, attempt, …]", name);
  }
}

static int act_on_claim(const batch *b, const held_claim *claim, int *done) {
  switch (b->action) {
    case BATCH_ACK: return claim_ack(b->connection, claim, b->now, done);
    case BATCH_HEARTBEAT: return claim_heartbeat(b->connection, claim, b->now, b->lease_end, done);
    default: return claim_release(b->connection, claim, b->now, done);
  }
}

static int act_on_all(batch *b) {
  const size_t step = b->with_attempts ? 2 : 1;
  int rc = SQLITE_OK;
  for (size_t i = 0; rc == SQLITE_OK && i < b->numbers.count; i += step) {
    held_claim claim = {.id = b->numbers.ids[i], .worker = b->worker, .any_attempt = !b->with_attempts};
    if (b->with_attempts) claim.attempt = b->numbers.ids[i + 1];
    int done = 0;
    rc = act_on_claim(b, &claim, &done);
    b->held += done;
    if (done != b->with_attempts) json_integer(&b->ids, claim.id);
  }
  return rc == SQLITE_OK && b->ids.failed ? SQLITE_NOMEM : rc;
}

static int is_one_statement(const batch *b) { return b->numbers.count <= (b->with_attempts ? 2u : 1u); }

static int act_in_transaction(batch *b) {
  transaction unit;
  int rc = transaction_begin(&unit, b->connection);
  if (rc == SQLITE_OK) rc = act_on_all(b);
  return transaction_end(&unit, rc);
}

/* Reads (list, worker_id [, extend_s]) and acts. */
static void run_batch(honker_call *call, batch *b) {
  b->connection = call->connection;
  b->now = connection_now(call->connection);
  b->worker = argument_name(call, 1, "worker_id");
  if (b->action == BATCH_HEARTBEAT) b->lease_end = argument_from_now(call, 2, "extend_s", b->now);
  read_numbers(call, b);
  json_begin(&b->ids, '[');
  if (!call_failed(call)) call_sqlite_error(call, is_one_statement(b) ? act_on_all(b) : act_in_transaction(b));
  json_end(&b->ids, ']');
  id_list_free(&b->numbers);
}

static void run_claims(honker_call *call, batch_action action) {
  batch b = {.action = action, .with_attempts = 1};
  run_batch(call, &b);
  call_return_json(call, &b.ids);
}

void honker_ack_batch(honker_call *call) {
  batch b = {.action = BATCH_ACK};
  run_batch(call, &b);
  json_discard(&b.ids);
  call_return_integer(call, b.held);
}

void honker_heartbeat_batch(honker_call *call) {
  batch b = {.action = BATCH_HEARTBEAT};
  run_batch(call, &b);
  call_return_json(call, &b.ids);
}

void honker_ack_claims(honker_call *call) { run_claims(call, BATCH_ACK); }
void honker_heartbeat_claims(honker_call *call) { run_claims(call, BATCH_HEARTBEAT); }
void honker_release_claims(honker_call *call) { run_claims(call, BATCH_RELEASE); }
