#ifndef _WIN32
#define _POSIX_C_SOURCE 200809L /* strdup */
#endif
#include "watcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fork_gate.h"
#include "watched_file.h"

#define LONGEST_POLL_MS 60000u

/* Every connection that loaded the extension, and every file that is watched. */
typedef struct known_connection {
  honker_connection *connection; /* not to be asked anything here: its own thread may be closing it */
  const sqlite3 *db;
  const sqlite3_api_routines *api;
  char *path; /* NULL: in memory */
  struct known_connection *next;
} known_connection;

static struct {
  platform_mutex mutex;
  known_connection *connections;
  watched_file *files;
  int forks_are_noticed;
} registry = {PLATFORM_MUTEX_INIT, NULL, NULL, 0};

/* In a fork()ed child, which has this one thread. */
static void orphan_all(void) {
  const platform_mutex unlocked = PLATFORM_MUTEX_INIT;
  registry.mutex = unlocked;
  for (watched_file *file = registry.files; file != NULL; file = file->next) watched_file_orphan(file);
}

static int notice_forks(void) { return fork_gate_open() == 0 && platform_around_fork(NULL, NULL, orphan_all) == 0; }

int watcher_learn_connection(honker_connection *connection) {
  HONKER_SQLITE(connection);
  const char *const path = sqlite3_db_filename(connection->db, "main");
  const int has_file = path != NULL && path[0] != '\0';
  known_connection *const known = malloc(sizeof *known);
  char *const copy = known != NULL && has_file ? strdup(path) : NULL;
  if (known == NULL || (has_file && copy == NULL)) {
    free(known);
    return SQLITE_NOMEM;
  }
  known->connection = connection;
  known->db = connection->db;
  known->api = sqlite3_api;
  known->path = copy;
  platform_lock(&registry.mutex);
  known->next = registry.connections;
  registry.connections = known;
  platform_unlock(&registry.mutex);
  return SQLITE_OK;
}

int watcher_knows_connection(const sqlite3 *db) {
  platform_lock(&registry.mutex);
  const known_connection *known = registry.connections;
  while (known != NULL && known->db != db) known = known->next;
  platform_unlock(&registry.mutex);
  return known != NULL;
}

void watcher_forget_connection(honker_connection *connection) {
  platform_lock(&registry.mutex);
  known_connection **at = &registry.connections;
  while (*at != NULL && (*at)->connection != connection) at = &(*at)->next;
  known_connection *const known = *at;
  if (known != NULL) *at = known->next;
  platform_unlock(&registry.mutex);
  if (known != NULL) free(known->path);
  free(known);
}

static int same_file(const platform_file_identity *a, const platform_file_identity *b) {
  return a->device == b->device && a->file == b->file;
}

/* The SQLite of a connection to this file, else of the newest connection; NULL if there is none. */
static const sqlite3_api_routines *api_for(const platform_file_identity *identity) {
  for (const known_connection *known = registry.connections; known != NULL; known = known->next) {
    platform_file_identity other;
    if (known->path != NULL && platform_identify_file(known->path, &other) == 0 && same_file(identity, &other)) {
      return known->api;
    }
  }
  return registry.connections == NULL ? NULL : registry.connections->api;
}

static int is_alive(watched_file *file) {
  platform_lock(&file->mutex);
  const int alive = !file->dead;
  platform_unlock(&file->mutex);
  return alive;
}

static watched_file *find_or_open(const char *path, const watch_backend *backend, uint64_t interval_us, char *err,
                                  size_t errlen) {
  platform_file_identity identity;
  if (path == NULL || path[0] == '\0' || platform_identify_file(path, &identity) != 0) {
    snprintf(err, errlen, "cannot watch %s: there is no such file", path == NULL ? "NULL" : path);
    return NULL;
  }
  const sqlite3_api_routines *const api = api_for(&identity);
  if (api == NULL) {
    snprintf(err, errlen, "cannot watch %s: load the extension into a connection first", path);
    return NULL;
  }
  for (watched_file *file = registry.files; file != NULL; file = file->next) {
    if (same_file(&file->identity, &identity) && file->backend == backend && file->interval_us == interval_us &&
        file->api == api && is_alive(file)) {
      return file;
    }
  }
  watched_file *const file = watched_file_open(api, path, backend, interval_us, err, errlen);
  if (file == NULL) return NULL;
  file->next = registry.files;
  registry.files = file;
  return file;
}

void *honker_watcher_open_v2(const char *path, const char *backend_name, uint64_t poll_interval_ms, char *err,
                             size_t errlen) {
  const watch_backend *const backend = watch_backend_named(backend_name, err, errlen);
  if (backend == NULL) return NULL;
  if (poll_interval_ms == 0) poll_interval_ms = backend->interval_ms;
  if (poll_interval_ms > LONGEST_POLL_MS) {
    snprintf(err, errlen, "poll_interval_ms must be at most %u", LONGEST_POLL_MS);
    return NULL;
  }
  watcher *const w = calloc(1, sizeof *w);
  if (w == NULL) {
    snprintf(err, errlen, "out of memory");
    return NULL;
  }
  platform_lock(&registry.mutex);
  if (!registry.forks_are_noticed) registry.forks_are_noticed = notice_forks();
  w->file = find_or_open(path, backend, poll_interval_ms * 1000u, err, errlen);
  if (w->file != NULL) {
    platform_lock(&w->file->mutex);
    w->seen = w->file->generation;
    w->next = w->file->watchers;
    w->file->watchers = w;
    platform_unlock(&w->file->mutex);
  }
  platform_unlock(&registry.mutex);
  if (w->file != NULL) return w;
  free(w);
  return NULL;
}

void *honker_watcher_open(const char *path, const char *backend, char *err, size_t errlen) {
  return honker_watcher_open_v2(path, backend, 0, err, errlen);
}

void honker_watcher_subscribe(void *handle, void (*call)(void *argument, int news), void *argument) {
  watcher *const w = handle;
  platform_lock(&w->file->mutex);
  w->argument = argument;
  w->call = call;
  if (w->file->dead) call(argument, WATCHER_DEAD);
  platform_unlock(&w->file->mutex);
}

void watcher_enter(watcher *w) {
  platform_lock(&w->file->mutex);
  w->waiting++;
  platform_unlock(&w->file->mutex);
}

int honker_watcher_wait(void *handle, uint64_t timeout_ms) {
  watcher_enter(handle);
  return watcher_wait(handle, timeout_ms);
}

int watcher_wait(watcher *w, uint64_t timeout_ms) {
  watched_file *const file = w->file;
  const uint64_t started = platform_monotonic_us();
  const uint64_t timeout = timeout_ms > UINT64_MAX / 1000u ? UINT64_MAX : timeout_ms * 1000u;
  platform_lock(&file->mutex);
  uint64_t waited = 0;
  while (!w->closed && !file->dead && w->seen == file->generation && waited < timeout) {
    const uint64_t rest = timeout - waited;
    platform_wait(&file->news, &file->mutex, rest < 3600000000u ? rest : 3600000000u);
    waited = platform_monotonic_us() - started;
  }
  int news = WATCHER_QUIET;
  if (w->closed || file->dead) news = WATCHER_DEAD;
  else if (w->seen != file->generation) news = WATCHER_COMMIT;
  w->seen = file->generation;
  w->waiting--;
  if (w->closed) platform_wake_all(&file->news); /* the closer waits for the last waiter to leave */
  platform_unlock(&file->mutex);
  return news;
}

static void leave_file(watcher *w) {
  watched_file *const file = w->file;
  platform_lock(&file->mutex);
  w->closed = 1;
  w->call = NULL;
  platform_wake_all(&file->news);
  while (w->waiting > 0) platform_wait(&file->news, &file->mutex, 1000000u);
  watcher **at = &file->watchers;
  while (*at != w) at = &(*at)->next;
  *at = w->next;
  platform_unlock(&file->mutex);
}

void honker_watcher_close(void *handle) {
  watcher *const w = handle;
  if (w == NULL) return;
  watched_file *const file = w->file;
  platform_lock(&registry.mutex);
  leave_file(w);
  const int last = file->watchers == NULL;
  if (last) {
    watched_file **at = &registry.files;
    while (*at != file) at = &(*at)->next;
    *at = file->next;
  }
  platform_unlock(&registry.mutex);
  if (last) watched_file_close(file);
  free(w);
}
