/*
** A database file, its watching thread, and that thread's connection.
*/
#ifndef HONKER_WATCHED_FILE_H
#define HONKER_WATCHED_FILE_H

#include "watch_backend.h"
#include "watcher.h"

typedef struct watched_file watched_file;

/* One that was handed out by honker_watcher_open(). */
typedef struct watcher {
  watched_file *file;
  struct watcher *next;
  uint64_t seen; /* the generation of the file that this watcher knows of */
  int waiting;   /* threads inside honker_watcher_wait() */
  int closed;
  void (*call)(void *argument, int news);
  void *argument;
} watcher;

/* honker_watcher_wait() in two steps. Between them the watcher isn't freed, though it may be closed. */
void watcher_enter(watcher *w);
int watcher_wait(watcher *w, uint64_t timeout_ms);

struct watched_file {
  const sqlite3_api_routines *api;
  platform_file_identity identity;
  const watch_backend *backend;
  uint64_t interval_us;
  void *waiting; /* the backend's state */
  sqlite3 *db;
  sqlite3_stmt *data_version;
  int64_t version;
  platform_thread thread;

  platform_mutex mutex; /* guards what follows */
  platform_condition news;
  uint64_t generation; /* counts the changes that were seen */
  int dead;
  int orphaned; /* this process is a fork()ed child, which has no watching thread */
  watcher *watchers;

  watched_file *next; /* guarded by the registry */
};

/* Opens the connection and starts the thread. NULL on error, with a message. */
watched_file *watched_file_open(const sqlite3_api_routines *api, const char *path, const watch_backend *backend,
                                uint64_t interval_us, char *err, size_t errlen);
/* In a fork()ed child: its waiters are told that it is dead, and closing it leaves alone what is the parent's. */
void watched_file_orphan(watched_file *file);
/* Stops the thread, waits for its end, frees. */
void watched_file_close(watched_file *file);

#endif
