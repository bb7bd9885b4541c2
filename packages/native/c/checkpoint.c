/*
** Checkpoints that keep the -wal small while several processes write without a pause.
**
** SQLite's own, PRAGMA wal_autocheckpoint, comes after each commit that leaves more than 1,000 pages in the -wal. The
** -wal begins again when all of it was copied into the file and a writer finds nobody reading; beside other
** writers that moment doesn't come, so every further commit makes a checkpoint: two producers and two workers grew
** the -wal by 80 to 200 MB a second. Ours comes once each so many pages; and once there are four times as many, it
** takes the writers' lock for the last few of them, and the -wal begins again. It stays at some 20 MB then, and
** 1.3 to 1.6 times as many jobs are done.
*/
#include <string.h>

#include "busy.h"
#include "functions.h"

#define RESTART_FACTOR 4
#define MOST_PAGES (INT32_MAX / RESTART_FACTOR)
/* The writers' lock is held meanwhile, so a long reader must not be waited for. */
#define RESTART_WAIT_US 2000

static void expect_new_wal(honker_connection *connection) {
  connection->checkpoint.next_at = connection->checkpoint.pages;
  connection->checkpoint.restart_at = RESTART_FACTOR * connection->checkpoint.pages;
}

static int restart_wal(honker_connection *connection, const char *schema) {
  HONKER_SQLITE(connection);
  const int was_limited = connection->busy.is_limited;
  const int64_t before_us = connection->busy.limit_us;
  int rc = busy_begin_limit(connection, was_limited && before_us < RESTART_WAIT_US ? before_us : RESTART_WAIT_US);
  if (rc == SQLITE_OK) {
    rc = sqlite3_wal_checkpoint_v2(connection->db, schema, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
  }
  if (was_limited) connection->busy.limit_us = before_us;
  else busy_end_limit(connection);
  return rc;
}

/* A checkpoint that fails loses nothing: a later one copies the same pages. The commit has succeeded. */
static void checkpoint(honker_connection *connection, const char *schema, int pages) {
  HONKER_SQLITE(connection);
  /* First without the writers' lock, so that little is left to be done under it. */
  const int rc = sqlite3_wal_checkpoint_v2(connection->db, schema, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  connection->checkpoint.next_at = pages + connection->checkpoint.pages;
  if (rc != SQLITE_OK || pages < connection->checkpoint.restart_at) return; /* busy: somebody else makes one */
  /* While somebody reads for long it fails, so it isn't tried each time. */
  if (restart_wal(connection, schema) != SQLITE_OK) {
    connection->checkpoint.restart_at = pages + RESTART_FACTOR * connection->checkpoint.pages;
  }
}

static int after_commit(void *data, sqlite3 *db, const char *schema, int pages) {
  honker_connection *const connection = data;
  HONKER_SQLITE(connection);
  if (strcmp(schema, "main") != 0) { /* an attached database: as SQLite does */
    if (pages >= connection->checkpoint.pages) {
      sqlite3_wal_checkpoint_v2(db, schema, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    return SQLITE_OK;
  }
  if (pages < connection->checkpoint.seen) expect_new_wal(connection);
  connection->checkpoint.seen = pages;
  if (pages >= connection->checkpoint.next_at) checkpoint(connection, schema, pages);
  busy_leave_lock(connection);
  return SQLITE_OK;
}

/* honker_wal_autocheckpoint(pages): instead of PRAGMA wal_autocheckpoint; 0: none at all. */
void honker_wal_autocheckpoint(honker_call *call) {
  HONKER_SQLITE(call->connection);
  const int pages = argument_count_within(call, 0, "pages", MOST_PAGES);
  if (call_failed(call)) return;
  honker_connection *const connection = call->connection;
  connection->checkpoint.pages = pages;
  expect_new_wal(connection);
  sqlite3_wal_hook(connection->db, pages > 0 ? after_commit : NULL, connection);
  call_return_integer(call, pages);
}
