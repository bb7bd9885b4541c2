/*
** Checkpoints beside the commits, that keep the -wal small while several processes write without a pause.
**
** SQLite's own, PRAGMA wal_autocheckpoint, comes with each commit that leaves more than 1,000 pages in the -wal, and
** that commit waits until the disk has them: an event loop stood still for 5 ms each time, and for 100 where the
** disk did. The -wal begins again when all of it was copied into the file and a writer finds nobody reading; beside
** other writers that moment doesn't come, so every further commit makes a checkpoint: two producers and two workers
** grew the -wal by 80 to 200 MB a second. Ours comes once each so many pages, on a thread of its own; and once
** there are four times as many, that takes the writers' lock for the last few of them, and the -wal begins again.
*/
#include "checkpoint.h"

#include <string.h>

#include "busy.h"
#include "checkpointer.h"
#include "functions.h"

#define RESTART_FACTOR 4
/* A disk that stands still for 400 ms is left so far behind by two producers and two workers. Then commits wait. */
#define BACKLOG_FACTOR 32
#define MOST_PAGES (INT32_MAX / BACKLOG_FACTOR)

/* A checkpoint that fails loses nothing: a later one copies the same pages. The commit has succeeded. */
static void checkpoint_in_commit(honker_connection *connection, const char *schema) {
  HONKER_SQLITE(connection);
  sqlite3_wal_checkpoint_v2(connection->db, schema, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static void checkpoint_on_thread(honker_connection *connection, int is_backlog) {
  if (connection->checkpoint.thread == NULL) {
    connection->checkpoint.thread = checkpointer_start(connection, RESTART_FACTOR * connection->checkpoint.pages);
  }
  checkpointer *const thread = connection->checkpoint.thread;
  if (thread != NULL) checkpointer_request(thread);
  /* The thread's connection can't get at a file that is encrypted, or that this one has locked for itself. */
  if (thread == NULL || (is_backlog && checkpointer_finish(thread) != SQLITE_OK)) {
    checkpoint_in_commit(connection, "main");
  }
}

static int after_commit(void *data, sqlite3 *db, const char *schema, int pages) {
  honker_connection *const connection = data;
  (void)db;
  const int each = connection->checkpoint.pages;
  if (strcmp(schema, "main") != 0) { /* an attached database: as SQLite does */
    if (pages >= each) checkpoint_in_commit(connection, schema);
    return SQLITE_OK;
  }
  if (pages < connection->checkpoint.seen) connection->checkpoint.next_at = each; /* the -wal has begun again */
  connection->checkpoint.seen = pages;
  if (pages >= connection->checkpoint.next_at) {
    connection->checkpoint.next_at = pages + each;
    checkpoint_on_thread(connection, pages >= BACKLOG_FACTOR * each);
  }
  busy_leave_lock(connection);
  return SQLITE_OK;
}

void checkpoint_release(honker_connection *connection) {
  if (connection->checkpoint.thread != NULL) checkpointer_stop(connection->checkpoint.thread);
  connection->checkpoint.thread = NULL;
}

/* honker_wal_autocheckpoint(pages): instead of PRAGMA wal_autocheckpoint; 0: none at all. */
void honker_wal_autocheckpoint(honker_call *call) {
  HONKER_SQLITE(call->connection);
  const int pages = argument_count_within(call, 0, "pages", MOST_PAGES);
  if (call_failed(call)) return;
  honker_connection *const connection = call->connection;
  checkpoint_release(connection);
  connection->checkpoint.pages = connection->checkpoint.next_at = pages;
  sqlite3_wal_hook(connection->db, pages > 0 ? after_commit : NULL, connection);
  call_return_integer(call, pages);
}
