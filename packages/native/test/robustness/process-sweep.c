/* The sweep of what outlasts a call: loading, loading into connections to come, threads. */
#include <stdio.h>
#include <string.h>

#include "sweep.h"

const char calls_swept_apart[] =
    "honker_auto_load() honker_update_watcher_open() honker_update_watcher_wait() honker_update_watcher_close()";

/* Loading, too, is all or nothing, and can be done again. */
void sweep_loading(const variant *v) {
  now.variant = v;
  now.call = "load";
  int hit = 1;
  for (now.n = 1; hit; now.n++) {
    const long before = faults_live_blocks();
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) die("open", db);
    for (int times = 0; times < 2; times++) {
      faults_arm(v->kind, now.n);
      const int rc = load(db);
      hit = faults_disarm() > 0;
      if (rc != SQLITE_OK && rc != SQLITE_NOMEM) complain("another error", sqlite3_errstr(rc));
      if (rc == SQLITE_OK) execute(db, "SELECT honker_bootstrap(), honker_busy_limit(NULL)");
    }
    if (load(db) != SQLITE_OK) complain("could not be loaded again", sqlite3_errmsg(db));
    execute(db, "SELECT honker_bootstrap(), honker_stream_publish('t', NULL, '1'), honker_busy_limit(NULL)");
    now.runs++;
    if (sqlite3_close(db) != SQLITE_OK) die("close", db);
    check_blocks(before);
  }
}

static sqlite3 *open_loaded(const char *path) {
  sqlite3 *db = NULL;
  if (sqlite3_open(path, &db) != SQLITE_OK || load(db) != SQLITE_OK) die("open", db);
  return db;
}

/* What a call returns; -1 where it reports the fault. */
static sqlite3_int64 ask(sqlite3 *db, const char *sql, fault_kind kind, int *hit) {
  sqlite3_stmt *call = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &call, NULL) != SQLITE_OK) die(sql, db);
  faults_arm(kind, now.n);
  const int rc = sqlite3_step(call);
  *hit = faults_disarm() > 0;
  const sqlite3_int64 answer = rc == SQLITE_ROW ? sqlite3_column_int64(call, 0) : -1;
  if (rc != SQLITE_ROW && (!*hit || strstr(sqlite3_errmsg(db), "memory") == NULL)) complain("another error", sqlite3_errmsg(db));
  sqlite3_finalize(call);
  return answer;
}

static sqlite3_int64 ask_without_fault(sqlite3 *db, const char *sql) {
  int hit;
  return ask(db, sql, FAULT_KINDS, &hit);
}

static int has_functions(sqlite3 *db) {
  return sqlite3_exec(db, "SELECT honker_bootstrap()", NULL, NULL, NULL) == SQLITE_OK;
}

/* A connection that is opened later has the functions if the call said so, and only then. */
static int auto_load_with_fault(const variant *v) {
  int hit;
  sqlite3 *const db = open_loaded(":memory:"), *later = NULL;
  const int promised = ask(db, now.call, v->kind, &hit) == 1;
  if (sqlite3_open(":memory:", &later) != SQLITE_OK) die("open", later);
  if (has_functions(later) != promised) complain("a later connection has functions that it wasn't to have, or none", NULL);
  if (ask_without_fault(db, now.call) != 1) complain("could not be called again", NULL);
  if (sqlite3_close(later) != SQLITE_OK || sqlite3_close(db) != SQLITE_OK) die("close", db);
  return hit;
}

/* It opens with all of the functions, or not at all. */
static int open_with_fault(const variant *v) {
  sqlite3 *const db = open_loaded(":memory:"), *later = NULL;
  if (ask_without_fault(db, "SELECT honker_auto_load()") != 1) die("honker_auto_load", db);
  faults_arm(v->kind, now.n);
  const int rc = sqlite3_open(":memory:", &later);
  const int hit = faults_disarm() > 0;
  if (rc != SQLITE_OK && (rc != SQLITE_NOMEM || !hit)) complain("another error", sqlite3_errstr(rc));
  if (rc == SQLITE_OK && !has_functions(later)) complain("opened without the functions", sqlite3_errmsg(later));
  if (sqlite3_close(later) != SQLITE_OK || sqlite3_close(db) != SQLITE_OK) die("close", db);
  return hit;
}

static void sweep_process(const char *call, int (*run)(const variant *v), const variant *v) {
  int hit = 1;
  now.variant = v;
  now.call = call;
  for (now.n = 1; hit; now.n++) {
    const long before = faults_live_blocks();
    hit = run(v);
    now.runs++;
    sqlite3_reset_auto_extension();
    check_blocks(before);
  }
}

void sweep_auto_load(const variant *v) {
  sweep_process("SELECT honker_auto_load()", auto_load_with_fault, v);
  sweep_process("open a connection that loads by itself", open_with_fault, v);
}

/* A watcher that opens hears of a commit; after one that doesn't, the next does. */
static void watch_with_fault(const variant *v, const char *path, int *hit) {
  char sql[100];
  sqlite3 *const db = open_loaded(path);
  sqlite3_int64 id = ask(db, now.call, v->kind, hit);
  if (id < 0) id = ask_without_fault(db, now.call);
  execute(db, "UPDATE t SET n = n + 1");
  snprintf(sql, sizeof sql, "SELECT honker_update_watcher_wait(%lld, 60000)", id);
  if (ask_without_fault(db, sql) != 1) complain("no commit was heard of", NULL);
  snprintf(sql, sizeof sql, "SELECT honker_update_watcher_close(%lld)", id);
  if (ask_without_fault(db, sql) != 1) complain("could not be closed", NULL);
  if (sqlite3_close(db) != SQLITE_OK) die("close", db);
}

void sweep_watching(const variant *v, const char *path) {
  static const char *const backends[] = {"polling", "kernel"};
  char call[1100];
  sqlite3 *const db = open_loaded(path);
  execute(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (n); INSERT INTO t VALUES (0)");
  if (sqlite3_close(db) != SQLITE_OK) die("close", db);
  now.variant = v;
  now.call = call;
  for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
    int hit = 1;
    snprintf(call, sizeof call, "SELECT honker_update_watcher_open('%s', '%s', 1)", path, backends[i]);
    for (now.n = 1; hit; now.n++) {
      const long before = faults_live_blocks();
      watch_with_fault(v, path, &hit);
      now.runs++;
      check_blocks(before);
    }
  }
  remove_file(path);
}

/* Without memory for the thread the commit makes the checkpoint, and the next tries again. */
void sweep_checkpoints(const variant *v, const char *path) {
  int hit = 1;
  now.variant = v;
  now.call = "SELECT honker_enqueue('q', '1', NULL, NULL, NULL, NULL, NULL)";
  for (now.n = 1; hit; now.n++) {
    const long before = faults_live_blocks();
    sqlite3 *const db = open_loaded(path);
    execute(db, "PRAGMA journal_mode = WAL; SELECT honker_bootstrap(), honker_busy_timeout(60000)");
    execute(db, now.call); /* its statements are prepared */
    execute(db, "SELECT honker_wal_autocheckpoint(1)");
    ask(db, now.call, v->kind, &hit);
    if (ask_without_fault(db, now.call) < 0) complain("could not be called again", NULL);
    now.runs++;
    if (sqlite3_close(db) != SQLITE_OK) die("close", db);
    check_blocks(before);
    remove_file(path);
  }
}
