#include "watched_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file that was deleted or replaced is noticed within this time. */
#define IDENTITY_CHECK_US 100000u

/* PRAGMA data_version changes when any other connection, in any process, has committed. A locked or
** unreadable database has told nothing: what happened meanwhile shows at the next look. */
static int read_version(watched_file *file, int64_t *version) {
  const sqlite3_api_routines *const sqlite3_api = file->api;
  const int row = sqlite3_step(file->data_version) == SQLITE_ROW;
  if (row) *version = sqlite3_column_int64(file->data_version, 0);
  sqlite3_reset(file->data_version);
  return row;
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

/* Returns 1 when the thread shall end. */
static int sleep_until_next_look(watched_file *file) {
  platform_lock(&file->mutex);
  if (!file->stopping) platform_wait(&file->stop, &file->mutex, file->interval_us);
  const int stopping = file->stopping;
  platform_unlock(&file->mutex);
  return stopping;
}

static void watch(void *argument) {
  watched_file *const file = argument;
  uint64_t checked = platform_monotonic_us();
  while (!sleep_until_next_look(file)) {
    int64_t version = file->version;
    if (read_version(file, &version) && version != file->version) {
      file->version = version;
      tell(file, WATCHER_COMMIT);
    }
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
  int rc = sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(file->db, "PRAGMA data_version", -1, &file->data_version, NULL);
  if (rc == SQLITE_OK && platform_identify_file(path, &file->identity) != 0) rc = SQLITE_CANTOPEN;
  if (rc == SQLITE_OK) {
    read_version(file, &file->version);
    return 1;
  }
  snprintf(err, errlen, "cannot watch %s: %s", path, sqlite3_errstr(rc));
  return 0;
}

static void close_connection(watched_file *file) {
  const sqlite3_api_routines *const sqlite3_api = file->api;
  sqlite3_finalize(file->data_version);
  sqlite3_close(file->db);
}

static int start_thread(watched_file *file, char *err, size_t errlen) {
  int mutex = 0, stop = 0, news = 0;
  int rc = platform_mutex_init(&file->mutex);
  mutex = rc == 0;
  if (rc == 0) rc = platform_condition_init(&file->stop);
  stop = mutex && rc == 0;
  if (rc == 0) rc = platform_condition_init(&file->news);
  news = stop && rc == 0;
  if (rc == 0) rc = platform_thread_start(&file->thread, watch, file);
  if (rc == 0) return 1;
  if (news) platform_condition_destroy(&file->news);
  if (stop) platform_condition_destroy(&file->stop);
  if (mutex) platform_mutex_destroy(&file->mutex);
  snprintf(err, errlen, "cannot start the watching thread: %s", strerror(rc));
  return 0;
}

watched_file *watched_file_open(const sqlite3_api_routines *api, const char *path, uint64_t interval_us, char *err,
                                size_t errlen) {
  watched_file *const file = calloc(1, sizeof *file);
  if (file == NULL) {
    snprintf(err, errlen, "out of memory");
    return NULL;
  }
  file->api = api;
  file->interval_us = interval_us;
  if (open_connection(file, path, err, errlen) && start_thread(file, err, errlen)) return file;
  close_connection(file);
  free(file);
  return NULL;
}

void watched_file_close(watched_file *file) {
  platform_lock(&file->mutex);
  file->stopping = 1;
  platform_wake_all(&file->stop);
  platform_unlock(&file->mutex);
  platform_thread_join(file->thread);
  close_connection(file);
  platform_condition_destroy(&file->news);
  platform_condition_destroy(&file->stop);
  platform_mutex_destroy(&file->mutex);
  free(file);
}
