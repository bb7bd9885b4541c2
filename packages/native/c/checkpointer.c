#include "checkpointer.h"

#include <stdlib.h>
#include <string.h>

#include "fork_gate.h"
#include "platform.h"
#include "private_connection.h"

/* Who has the writers' lock keeps everybody from writing, so no reader is waited for longer. */
#define RESTART_WAIT_US 2000u
#define RESTART_TRY_US 100u

struct checkpointer {
  const sqlite3_api_routines *api;
  const char *vfs;
  int generation; /* of the process whose thread it is */
  platform_thread thread;

  platform_mutex mutex; /* guards what follows */
  platform_condition changed;
  int is_requested;
  int is_running;
  int is_stopping;
  int last_result;

  sqlite3 *db; /* this and what follows is the thread's own */
  uint64_t waiting_since;
  int restart_pages;
  int restart_at;
  int seen;
  char path[];
};

/* Called by SQLite with how often it was called for this lock; 0 gives up. */
static int wait_briefly(void *data, int tries) {
  checkpointer *const c = data;
  const uint64_t now = platform_monotonic_us();
  if (tries == 0) c->waiting_since = now;
  if (now - c->waiting_since >= RESTART_WAIT_US) return 0;
  platform_sleep_us(RESTART_TRY_US);
  return 1;
}

static int open_connection(checkpointer *c) {
  const sqlite3_api_routines *const sqlite3_api = c->api;
  int rc = private_connection_open(c->api, c->path, c->vfs, &c->db);
  if (rc == SQLITE_OK) rc = sqlite3_busy_handler(c->db, wait_briefly, c);
  /* Before it has read something it doesn't know of the -wal. */
  if (rc == SQLITE_OK) rc = sqlite3_exec(c->db, "PRAGMA schema_version", NULL, NULL, NULL);
  if (rc == SQLITE_OK) return rc;
  sqlite3_close(c->db);
  c->db = NULL;
  return rc;
}

static int copy_pages(checkpointer *c, int mode, int *pages) {
  const sqlite3_api_routines *const sqlite3_api = c->api;
  return sqlite3_wal_checkpoint_v2(c->db, "main", mode, pages, NULL);
}

/* Fails if somebody else is making a checkpoint, which does as well. */
static int checkpoint(checkpointer *c) {
  int pages = 0;
  int rc = c->db == NULL ? open_connection(c) : SQLITE_OK;
  if (rc == SQLITE_OK) rc = copy_pages(c, SQLITE_CHECKPOINT_PASSIVE, &pages);
  if (rc != SQLITE_OK) return rc;
  if (pages < c->seen) c->restart_at = c->restart_pages;
  c->seen = pages;
  if (pages < c->restart_at) return rc;
  /* Once more, for what was written meanwhile: the less is left, the shorter the lock is held. */
  rc = copy_pages(c, SQLITE_CHECKPOINT_PASSIVE, &pages);
  if (rc == SQLITE_OK) rc = copy_pages(c, SQLITE_CHECKPOINT_RESTART, NULL);
  /* While somebody reads for long it fails, so it isn't tried each time. */
  if (rc == SQLITE_BUSY) c->restart_at = pages + c->restart_pages;
  return rc;
}

static int next_request(checkpointer *c) {
  platform_lock(&c->mutex);
  while (!c->is_requested && !c->is_stopping) platform_wait(&c->changed, &c->mutex, 3600000000u);
  const int goes_on = !c->is_stopping;
  c->is_running = goes_on;
  c->is_requested = 0;
  platform_unlock(&c->mutex);
  return goes_on;
}

static void run(void *started) {
  checkpointer *const c = started;
  const sqlite3_api_routines *const sqlite3_api = c->api;
  while (next_request(c)) {
    fork_gate_enter();
    const int rc = checkpoint(c);
    fork_gate_leave();
    platform_lock(&c->mutex);
    c->is_running = 0;
    c->last_result = rc;
    platform_wake_all(&c->changed);
    platform_unlock(&c->mutex);
  }
  fork_gate_enter();
  sqlite3_close(c->db);
  fork_gate_leave();
}

static int start_thread(checkpointer *c) {
  if (fork_gate_open() != 0 || platform_mutex_init(&c->mutex) != 0) return 0;
  if (platform_condition_init(&c->changed) == 0) {
    c->generation = fork_gate_generation();
    if (platform_thread_start(&c->thread, run, c) == 0) return 1;
    platform_condition_destroy(&c->changed);
  }
  platform_mutex_destroy(&c->mutex);
  return 0;
}

checkpointer *checkpointer_start(const honker_connection *connection, int restart_pages) {
  HONKER_SQLITE(connection);
  const char *const path = sqlite3_db_filename(connection->db, "main");
  sqlite3_vfs *vfs = NULL;
  sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
  /* A connection without locks must stay the only one. */
  if (path == NULL || path[0] == '\0' || vfs == NULL || sqlite3_uri_boolean(path, "nolock", 0)) return NULL;
  const size_t size = strlen(path) + 1;
  checkpointer *const c = calloc(1, sizeof *c + size);
  if (c == NULL) return NULL;
  c->api = sqlite3_api;
  c->vfs = vfs->zName;
  c->restart_pages = c->restart_at = restart_pages;
  memcpy(c->path, path, size);
  if (start_thread(c)) return c;
  free(c);
  return NULL;
}

void checkpointer_request(checkpointer *c) {
  platform_lock(&c->mutex);
  c->is_requested = 1;
  platform_wake_all(&c->changed);
  platform_unlock(&c->mutex);
}

int checkpointer_finish(checkpointer *c) {
  platform_lock(&c->mutex);
  while (c->is_requested || c->is_running) platform_wait(&c->changed, &c->mutex, 1000000u);
  const int rc = c->last_result;
  platform_unlock(&c->mutex);
  return rc;
}

void checkpointer_stop(checkpointer *c) {
  if (c->generation != fork_gate_generation()) return; /* thread, mutex and SQLite's locks are the parent's */
  platform_lock(&c->mutex);
  c->is_stopping = 1;
  platform_wake_all(&c->changed);
  platform_unlock(&c->mutex);
  platform_thread_join(c->thread);
  platform_condition_destroy(&c->changed);
  platform_mutex_destroy(&c->mutex);
  free(c);
}
