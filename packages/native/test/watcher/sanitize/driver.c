/*
** Everything that our threads do, watching and making checkpoints, for a sanitizer or Valgrind to look at:
** driver <extension> <database> <backend> <commits>
**
** Threads wait on a watcher, another one commits, and meanwhile others are opened and closed; a
** watcher is closed under those who wait; a file is deleted under one; connections load by themselves.
*/
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *(*watcher_open)(const char *, const char *, uint64_t, char *, size_t);
static int (*watcher_wait)(void *, uint64_t);
static void (*watcher_close)(void *);
static void (*watcher_subscribe)(void *, void (*)(void *, int), void *);

static const char *extension, *path, *backend;
static int commits;
static atomic_int heard_commits, heard_death;

static void check(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static sqlite3 *connect(const char *file) {
  sqlite3 *db = NULL;
  check(sqlite3_open(file, &db) == SQLITE_OK, "open");
  sqlite3_busy_timeout(db, 60000);
  sqlite3_enable_load_extension(db, 1);
  check(sqlite3_load_extension(db, extension, NULL, NULL) == SQLITE_OK, "load");
  return db;
}

static void run(sqlite3 *db, const char *sql) {
  check(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

static sqlite3_int64 ask(sqlite3 *db, const char *sql) {
  sqlite3_stmt *s = NULL;
  check(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW, sqlite3_errmsg(db));
  const sqlite3_int64 answer = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  return answer;
}

static void *open_or_fail(const char *file, uint64_t poll_ms) {
  char error[300];
  void *const w = watcher_open(file, backend, poll_ms, error, sizeof error);
  check(w != NULL, error);
  return w;
}

static void on_news(void *argument, int news) {
  (void)argument;
  atomic_fetch_add(news < 0 ? &heard_death : &heard_commits, 1);
}

/* Every watcher that is closed wakes those who wait on another: they go on waiting, for as long as they said. */
#define LONG_MS 600000

static void *wait_until_closed(void *w) {
  int news;
  while ((news = watcher_wait(w, LONG_MS)) >= 0) check(news > 0, "a wait ended before its time");
  return NULL;
}

static void *commit(void *unused) {
  sqlite3 *const db = connect(path);
  run(db, "SELECT honker_wal_autocheckpoint(2)");
  for (int i = 0; i < commits; i++) {
    run(db, "INSERT INTO t VALUES (1)");
    if (i % 20 == 19) run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (i % 50 == 49) run(db, "BEGIN; INSERT INTO t VALUES (2); ROLLBACK; VACUUM");
  }
  sqlite3_close(db);
  return unused;
}

static void *wait_by_sql(void *id) {
  sqlite3 *const db = connect(path);
  char *const sql = sqlite3_mprintf("SELECT honker_update_watcher_wait(%lld, %d)", *(sqlite3_int64 *)id, LONG_MS);
  sqlite3_int64 news;
  while ((news = ask(db, sql)) >= 0) check(news > 0, "a wait by SQL ended before its time");
  sqlite3_free(sql);
  sqlite3_close(db);
  return NULL;
}

static void use_while_commits_happen(sqlite3 *db) {
  pthread_t waiters[3], writer, sql_waiter;
  void *const shared = open_or_fail(path, 0);
  void *const heard = open_or_fail(path, 0);
  watcher_subscribe(heard, on_news, NULL);
  char *const sql = sqlite3_mprintf("SELECT honker_update_watcher_open(%Q, %Q)", path, backend);
  sqlite3_int64 id = ask(db, sql);
  sqlite3_free(sql);
  for (int i = 0; i < 3; i++) pthread_create(&waiters[i], NULL, wait_until_closed, shared);
  pthread_create(&sql_waiter, NULL, wait_by_sql, &id);
  pthread_create(&writer, NULL, commit, NULL);
  for (int i = 0; i < 20; i++) {
    void *const other = open_or_fail(path, (uint64_t)(i % 3));
    watcher_subscribe(other, on_news, NULL);
    watcher_wait(other, 1);
    watcher_close(other);
  }
  pthread_join(writer, NULL);
  check(atomic_load(&heard_commits) > 0, "no commit was heard");
  watcher_close(shared);
  for (int i = 0; i < 3; i++) pthread_join(waiters[i], NULL);
  char *const close = sqlite3_mprintf("SELECT honker_update_watcher_close(%lld)", id);
  check(ask(db, close) == 1, "close by SQL");
  sqlite3_free(close);
  pthread_join(sql_waiter, NULL);
  watcher_close(heard);
}

static void use_of_a_deleted_file(void) {
  char *const doomed = sqlite3_mprintf("%s-doomed.db", path);
  sqlite3 *const db = connect(doomed);
  run(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
  void *const w = open_or_fail(doomed, 0);
  watcher_subscribe(w, on_news, NULL);
  check(unlink(doomed) == 0, "unlink");
  wait_until_closed(w);
  check(atomic_load(&heard_death) == 1, "the deletion was not told once");
  watcher_subscribe(w, on_news, NULL);
  check(atomic_load(&heard_death) == 2, "who subscribes later was not told");
  watcher_close(w);
  sqlite3_close(db);
  sqlite3_free(doomed);
}

/* From here on whoever opens a connection has honker's functions; our threads' own go without. */
static void use_of_connections_that_load_by_themselves(sqlite3 *db) {
  sqlite3 *later = NULL;
  check(ask(db, "SELECT honker_auto_load()") == 1, "honker_auto_load");
  void *const w = open_or_fail(path, 1); /* another interval than any before: its connection opens now */
  check(sqlite3_open(path, &later) == SQLITE_OK, "open");
  run(later, "SELECT honker_bootstrap(), honker_wal_autocheckpoint(1); INSERT INTO t VALUES (3)");
  check(watcher_wait(w, 30000) == 1, "no commit was heard");
  watcher_close(w);
  sqlite3_close(later);
}

int main(int count, char **arguments) {
  check(count == 5, "driver <extension> <database> <backend> <commits>");
  extension = arguments[1], path = arguments[2], backend = arguments[3], commits = atoi(arguments[4]);
  sqlite3 *const db = connect(path);
  run(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
  void *const library = dlopen(extension, RTLD_NOW);
  *(void **)&watcher_open = dlsym(library, "honker_watcher_open_v2");
  *(void **)&watcher_wait = dlsym(library, "honker_watcher_wait");
  *(void **)&watcher_close = dlsym(library, "honker_watcher_close");
  *(void **)&watcher_subscribe = dlsym(library, "honker_watcher_subscribe");
  char error[8];
  check(watcher_open(path, "nonsense", 0, error, sizeof error) == NULL && strlen(error) == 7, "a short message");
  check(watcher_open("/no/such/file", backend, 0, error, sizeof error) == NULL, "a missing file");
  use_while_commits_happen(db);
  use_of_a_deleted_file();
  use_of_connections_that_load_by_themselves(db);
  sqlite3_close(db);
  dlclose(library);
  return 0;
}
