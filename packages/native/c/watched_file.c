#include "watched_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fork_gate.h"
#include "private_connection.h"

/* A file that was deleted or replaced is noticed at the first look after this time: walking the path costs
** 15 to 25 µs in a process that was asleep, a quarter of the whole look. */
#define IDENTITY_CHECK_US 250000u
/* Whatever the interval, so that it is noticed within a second. */
#define LONGEST_INTERVAL_US 400000u

/* PRAGMA data_version changes when any other connection, in any process, has committed. Returns whether
** it has. A locked or unreadable database has told nothing: what happened meanwhile shows at a later look. */
static int look_at_version(watched_file *file) {
  const sqlite3_api_routines *const sqlite3_api = file->api;
  int64_t version = file->version;
  if (sqlite3_step(file->data_version) == SQLITE_ROW) version = sqlite3_column_int64(file->data_version, 0);
  sqlite3_reset(file->data_version);
  const int changed = version != file->version;
  file->version = version;
  return changed;
}

static int was_replaced(const watched_file *file) {
  const sqlite3_api_routines *const sqlite3_api = file->api;
  platform_file_identity now;
  return platform_identify_file(sqlite3_db_filename(file->db, "main"), &now) != 0 ||
         now.device != file->identity.device || now.file != file->identity.file;
}

static void tell(watched_file *file, int news) {
  platform_lock(&file->mutex);
  if (news == WATCHER_DEAD) file->dead = 1;
  else file->generation++;
  platform_wake_all(&file->news);
  for (const watcher *w = file->watchers; w != NULL; w = w->next) {
    if (w->call != NULL) w->call(w->argument, news);
  }
  platform_unlock(&file->mutex);
}

static void watch(void *argument) {
  watched_file *const file = argument;
  uint64_t checked = platform_monotonic_us();
  int changed = 0;
  while (!file->backend->wait(file->waiting, changed)) {
    fork_gate_enter();
    changed = look_at_version(file);
    fork_gate_leave();
    if (changed) tell(file, WATCHER_COMMIT);
    const uint64_t now = platform_monotonic_us();
    if (now - checked < IDENTITY_CHECK_US) continue;
    checked = now;
    if (was_replaced(file)) {
      tell(file, WATCHER_DEAD);
      return;
    }
  }
}

static int open_connection(watched_file *file, const char *path, char *err, size_t errlen) {
  const sqlite3_api_routines *const sqlite3_api = file->api;
  int rc = private_connection_open(sqlite3_api, path, NULL, &file->db);
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(file->db, "PRAGMA data_version", -1, &file->data_version, NULL);
  if (rc == SQLITE_OK && platform_identify_file(path, &file->identity) != 0) rc = SQLITE_CANTOPEN;
  if (rc != SQLITE_OK) snprintf(err, errlen, "cannot watch %s: %s", path, sqlite3_errstr(rc));
  return rc == SQLITE_OK;
}

static int start_waiting(watched_file *file, char *err, size_t errlen) {
  const sqlite3_api_routines *const sqlite3_api = file->api;
  const uint64_t interval_us = file->interval_us < LONGEST_INTERVAL_US ? file->interval_us : LONGEST_INTERVAL_US;
  file->waiting = file->backend->open(sqlite3_db_filename(file->db, "main"), interval_us, err, errlen);
  if (file->waiting == NULL) return 0;
  look_at_version(file); /* only now: whatever is committed after this look, the backend notices */
  return 1;
}

static int start_thread(watched_file *file, char *err, size_t errlen) {
  int rc = platform_mutex_init(&file->mutex);
  if (rc == 0) {
    rc = platform_condition_init(&file->news);
    if (rc == 0) {
      rc = platform_thread_start(&file->thread, watch, file);
      if (rc == 0) return 1;
      platform_condition_destroy(&file->news);
    }
    platform_mutex_destroy(&file->mutex);
  }
  snprintf(err, errlen, "cannot start the watching thread: %s", strerror(rc));
  return 0;
}

static void release(watched_file *file) {
  const sqlite3_api_routines *const sqlite3_api = file->api;
  if (file->waiting != NULL) file->backend->close(file->waiting);
  sqlite3_finalize(file->data_version);
  sqlite3_close(file->db);
  free(file);
}

watched_file *watched_file_open(const sqlite3_api_routines *api, const char *path, const watch_backend *backend,
                                uint64_t interval_us, char *err, size_t errlen) {
  watched_file *const file = calloc(1, sizeof *file);
  if (file == NULL) {
    snprintf(err, errlen, "out of memory");
    return NULL;
  }
  file->api = api;
  file->backend = backend;
  file->interval_us = interval_us;
  if (open_connection(file, path, err, errlen) && start_waiting(file, err, errlen) && start_thread(file, err, errlen)) {
    return file;
  }
  release(file);
  return NULL;
}

void watched_file_orphan(watched_file *file) {
  /* The parent's thread, or one that waited, may have held these when the process was forked. */
  platform_mutex_init(&file->mutex);
  platform_condition_init(&file->news);
  file->dead = file->orphaned = 1;
  for (watcher *w = file->watchers; w != NULL; w = w->next) w->waiting = 0; /* those threads are not here */
}

void watched_file_close(watched_file *file) {
  if (file->orphaned) return; /* its connection must not be used here: SQLite's locks are the parent's */
  file->backend->interrupt(file->waiting);
  platform_thread_join(file->thread);
  platform_condition_destroy(&file->news);
  platform_mutex_destroy(&file->mutex);
  release(file);
}
