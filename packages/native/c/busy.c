/*
** Waiting for SQLite's lock, and leaving it to others: fairly, and no longer than wanted.
**
** SQLite's own busy handler sleeps up to 100 ms between tries, so next to two flat-out producers a worker gets
** a few turns a second. Ours sleeps 50 µs, growing to 200, with jitter. A lock that is held for long, by a big
** transaction, is asked for each millisecond.
**
** Who writes without a pause takes the lock again before those who wait for it have looked: one of four that did
** waited 30 to 50 ms at times. So who had to wait lately leaves the lock alone for a moment each millisecond; the
** worst wait is then 10 to 15 ms.
*/
#include "busy.h"
#include "functions.h"

#define FIRST_WAIT_US 50u
#define LONGEST_WAIT_US 200u
#define LONG_HELD_US 20000u
#define LONGEST_WAIT_FOR_LONG_HELD_US 1000u

#define LATELY_US 50000u
#define TURN_US 1000u
#define REST_US 100u

static int64_t longest_wait(const honker_connection *connection) {
  const int64_t saved = (int64_t)connection->busy.saved_ms * 1000, limit = connection->busy.limit_us;
  const int64_t timeout = saved > 0 ? saved : connection->busy.timeout_us;
  return connection->busy.is_limited && limit < timeout ? limit : timeout;
}

/* Called by SQLite with how often it was called for this lock; 0 gives up. */
static int wait_fairly(void *data, int tries) {
  honker_connection *const connection = data;
  const uint64_t now = platform_monotonic_us();
  if (tries == 0) connection->busy.waiting_since = now;
  const uint64_t waited = now - connection->busy.waiting_since;
  const uint64_t timeout = (uint64_t)longest_wait(connection);
  if (waited >= timeout) return 0;
  uint64_t wait = FIRST_WAIT_US;
  for (int i = 0; i < tries && wait < LONGEST_WAIT_US; i++) wait += wait / 8u;
  if (wait > LONGEST_WAIT_US) wait = LONGEST_WAIT_US;
  if (waited > LONG_HELD_US) wait = LONGEST_WAIT_FOR_LONG_HELD_US;
  wait = wait / 2u + (now * 2654435761u >> 7) % (wait / 2u); /* between half of it and all of it */
  platform_sleep_us(wait < timeout - waited ? wait : timeout - waited);
  connection->busy.contended_at = connection->busy.rested_at = platform_monotonic_us();
  return 1;
}

void busy_leave_lock(honker_connection *connection) {
  const uint64_t now = platform_monotonic_us();
  if (now - connection->busy.contended_at > LATELY_US || now - connection->busy.rested_at < TURN_US) return;
  platform_sleep_us(REST_US);
  connection->busy.rested_at = platform_monotonic_us();
}

void honker_busy_timeout(honker_call *call) {
  HONKER_SQLITE(call->connection);
  const int ms = argument_count_within(call, 0, "ms", INT32_MAX);
  if (call_failed(call)) return;
  honker_connection *const connection = call->connection;
  connection->busy.timeout_us = (int64_t)ms * 1000;
  connection->busy.saved_ms = 0; /* what honker_busy_limit() put aside is replaced by this */
  const int rc = sqlite3_busy_handler(connection->db, ms > 0 ? wait_fairly : NULL, connection);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, ms);
}

/* SQLite's own busy timeout in ms; 0 if there is none, or a handler of somebody else's. */
static int read_busy_timeout(honker_connection *connection, int *ms) {
  HONKER_SQLITE(connection);
  sqlite3_stmt *prepared = NULL;
  int rc = sqlite3_prepare_v2(connection->db, "PRAGMA busy_timeout", -1, &prepared, NULL);
  if (rc == SQLITE_OK && sqlite3_step(prepared) == SQLITE_ROW) *ms = sqlite3_column_int(prepared, 0);
  const int finished = sqlite3_finalize(prepared);
  return rc == SQLITE_OK ? finished : rc;
}

/* Where SQLite's own timeout is set, our handler stands in for it until the limit ends. */
static int begin_limit(honker_connection *connection, int64_t limit_us) {
  HONKER_SQLITE(connection);
  int rc = SQLITE_OK, ms = 0;
  /* Asking costs 1 µs, so it isn't asked where the handler is known to be ours. */
  if (connection->busy.timeout_us == 0 && !connection->busy.is_limited) rc = read_busy_timeout(connection, &ms);
  if (rc == SQLITE_OK && ms > 0) {
    connection->busy.saved_ms = ms;
    rc = sqlite3_busy_handler(connection->db, wait_fairly, connection);
  }
  connection->busy.is_limited = rc == SQLITE_OK;
  connection->busy.limit_us = limit_us;
  return rc;
}

static int end_limit(honker_connection *connection) {
  HONKER_SQLITE(connection);
  const int ms = connection->busy.saved_ms;
  connection->busy.is_limited = 0;
  connection->busy.saved_ms = 0;
  return ms > 0 ? sqlite3_busy_timeout(connection->db, ms) : SQLITE_OK;
}

/* honker_busy_limit(ms): until honker_busy_limit(NULL), nothing waits for a lock for longer; 0: not at all. */
void honker_busy_limit(honker_call *call) {
  const int ends = argument_is_null(call, 0);
  const int ms = ends ? 0 : argument_count_within(call, 0, "ms", INT32_MAX);
  if (call_failed(call)) return;
  const int rc = ends ? end_limit(call->connection) : begin_limit(call->connection, (int64_t)ms * 1000);
  if (!call_sqlite_error(call, rc) && !ends) call_return_integer(call, ms);
}
