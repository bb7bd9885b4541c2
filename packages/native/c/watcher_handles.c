/*
** Watchers for those who can't call C: SQL functions that hand out ids.
**
** The table is the process's, not a connection's: a wait blocks the thread of its connection, and it is
** another one that closes what it waits on.
*/
#include <stdlib.h>

#include "functions.h"
#include "watched_file.h"

typedef struct handle {
  sqlite3_int64 id;
  watcher *watcher;
  struct handle *next;
} handle;

static struct {
  platform_mutex mutex;
  handle *first;
  sqlite3_int64 last_id;
} handles = {PLATFORM_MUTEX_INIT, NULL, 0};

static handle **find(sqlite3_int64 id) {
  handle **at = &handles.first;
  while (*at != NULL && (*at)->id != id) at = &(*at)->next;
  return at;
}

static sqlite3_int64 add(handle *h) {
  platform_lock(&handles.mutex);
  const sqlite3_int64 id = h->id = ++handles.last_id;
  h->next = handles.first;
  handles.first = h;
  platform_unlock(&handles.mutex);
  return id;
}

void honker_update_watcher_open(honker_call *call) {
  const text_argument path = argument_name(call, 0, "path");
  const text_argument backend = argument_text_or_null(call, 1, "backend");
  const sqlite3_int64 poll_ms = call->count > 2 ? argument_count_or(call, 2, "poll_ms", 0) : 0;
  if (call_failed(call)) return;
  char error[1024];
  handle *const h = calloc(1, sizeof *h);
  if (h == NULL) {
    call_sqlite_error(call, SQLITE_NOMEM);
    return;
  }
  h->watcher = honker_watcher_open_v2(path.text, backend.text, (uint64_t)poll_ms, error, sizeof error);
  if (h->watcher == NULL) {
    free(h);
    call_refuse(call, "%s", error);
    return;
  }
  call_return_integer(call, add(h));
}

void honker_update_watcher_wait(honker_call *call) {
  const sqlite3_int64 id = argument_integer(call, 0, "id");
  const sqlite3_int64 timeout_ms = argument_count(call, 1, "timeout_ms");
  if (call_failed(call)) return;
  platform_lock(&handles.mutex);
  const handle *const h = *find(id);
  watcher *const w = h == NULL ? NULL : h->watcher;
  if (w != NULL) watcher_enter(w); /* while it is in the table: a close waits for who has entered */
  platform_unlock(&handles.mutex);
  call_return_integer(call, w == NULL ? WATCHER_DEAD : watcher_wait(w, (uint64_t)timeout_ms));
}

void honker_update_watcher_close(honker_call *call) {
  const sqlite3_int64 id = argument_integer(call, 0, "id");
  if (call_failed(call)) return;
  platform_lock(&handles.mutex);
  handle **const at = find(id);
  handle *const h = *at;
  if (h != NULL) *at = h->next;
  platform_unlock(&handles.mutex);
  if (h != NULL) honker_watcher_close(h->watcher);
  free(h);
  call_return_integer(call, h != NULL);
}
