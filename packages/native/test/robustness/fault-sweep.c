/*
** Fails each allocation, and each write to a file, that a call of each SQL function makes, one at a
** time, and looks at what is left:
**
**   - the call reports that fault (or was not hurt by it, and gives its usual answer);
**   - the database is as it was before the call, or as the call leaves it, never between;
**   - no transaction is left open, the connection goes on working, and the same call then succeeds;
**   - it closes, and every block is free again.
**
** fault-sweep <directory> <step> [text]: tries every step-th allocation and every write; of the calls
** that contain the text, if one is given. Prints what is wrong, and a summary; a function that no call
** tries is wrong, too.
*/
#define _DEFAULT_SOURCE /* unlink() under -std=c11 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios.h"
#include "sweep.h"

int sqlite3_honkerext_init(sqlite3 *db, char **error, const void *api);

static const variant variants[] = {
    {"out of memory once", FAULT_MEMORY_ONCE, "UTF-8", NULL},
    {"out of memory once, UTF-16", FAULT_MEMORY_ONCE, "UTF-16le", NULL},
    {"out of memory from then on", FAULT_MEMORY_FROM_THEN_ON, "UTF-8", NULL},
    {"out of memory from then on, UTF-16", FAULT_MEMORY_FROM_THEN_ON, "UTF-16le", NULL},
    {"I/O error once", FAULT_IO_ONCE, "UTF-8", "DELETE"},
    {"I/O error once, WAL", FAULT_IO_ONCE, "UTF-8", "WAL"},
    {"disk full from then on", FAULT_IO_FROM_THEN_ON, "UTF-8", "DELETE"},
    {"disk full from then on, WAL", FAULT_IO_FROM_THEN_ON, "UTF-8", "WAL"},
};
#define VARIANTS (sizeof variants / sizeof variants[0])

struct sweep_state now;

void complain(const char *what, const char *detail) {
  now.failures++;
  if (now.failures <= 100) {
    printf("%s\n  %s, fault %ld: %s%s%.200s\n", now.call, now.variant->name, now.n, what, detail == NULL ? "" : ": ",
           detail == NULL ? "" : detail);
  }
}

void die(const char *what, sqlite3 *db) {
  printf("%s\n  %s, fault %ld: %s: %s\n", now.call, now.variant->name, now.n, what, db ? sqlite3_errmsg(db) : "");
  exit(2);
}

/* The one way to get at the routines that a statically linked SQLite would give an extension. */
static const void *api_routines;

static int learn_api(sqlite3 *db, char **error, const void *api) {
  (void)db, (void)error;
  api_routines = api;
  return SQLITE_OK;
}

int load(sqlite3 *db) {
  char *error = NULL;
  const int rc = sqlite3_honkerext_init(db, &error, api_routines);
  sqlite3_free(error);
  return rc == SQLITE_OK_LOAD_PERMANENTLY ? SQLITE_OK : rc;
}

void execute(sqlite3 *db, const char *sql) {
  if (sql != NULL && sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(sql, db);
}

/* A database as a file would hold it. */
typedef struct image {
  unsigned char *bytes;
  sqlite3_int64 size;
} image;

static image make_image(const scenario *s, const variant *v) {
  sqlite3 *db = NULL;
  char pragma[64];
  image made = {NULL, 0};
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || load(db) != SQLITE_OK) die("open", db);
  snprintf(pragma, sizeof pragma, "PRAGMA encoding = '%s'", v->encoding);
  execute(db, pragma);
  execute(db, s->setup);
  execute(db, "CREATE TABLE IF NOT EXISTS stands_by (x)"); /* so that no image is empty */
  made.bytes = sqlite3_serialize(db, "main", &made.size, 0);
  if (made.bytes == NULL || sqlite3_close(db) != SQLITE_OK) die("serialize", db);
  return made;
}

static void write_file(const char *path, const image *from) {
  FILE *const file = fopen(path, "wb");
  if (file == NULL || fwrite(from->bytes, 1, (size_t)from->size, file) != (size_t)from->size || fclose(file) != 0) {
    die(path, NULL);
  }
}

static sqlite3 *open_image(const image *from, const variant *v, const char *path) {
  sqlite3 *db = NULL;
  if (v->journal != NULL) write_file(path, from);
  if (sqlite3_open(v->journal != NULL ? path : ":memory:", &db) != SQLITE_OK) die("open", db);
  sqlite3_extended_result_codes(db, 1);
  if (v->journal == NULL) {
    unsigned char *const copy = sqlite3_malloc64((sqlite3_uint64)from->size);
    if (copy == NULL) die("malloc", NULL);
    memcpy(copy, from->bytes, (size_t)from->size);
    const unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
    if (sqlite3_deserialize(db, "main", copy, from->size, from->size, flags) != SQLITE_OK) die("deserialize", db);
  } else {
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA journal_mode = %s", v->journal);
    execute(db, pragma);
  }
  return db;
}

void remove_file(const char *path) {
  static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
  for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
    char name[1100];
    snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
    unlink(name);
  }
}

static void append_rows(sqlite3_str *to, sqlite3 *db, const char *sql) {
  sqlite3_stmt *rows = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK) die(sql, db);
  while (sqlite3_step(rows) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(rows); i++) {
      sqlite3_str_appendf(to, "%d %Q,", sqlite3_column_type(rows, i), sqlite3_column_text(rows, i));
    }
    sqlite3_str_append(to, "\n", 1);
  }
  if (sqlite3_finalize(rows) != SQLITE_OK) die(sql, db);
}

/* All that a database holds, as text. */
static char *dump(sqlite3 *db) {
  sqlite3_str *const text = sqlite3_str_new(NULL);
  sqlite3_stmt *tables = NULL;
  append_rows(text, db, "SELECT type, name, sql FROM sqlite_schema ORDER BY name");
  if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", -1, &tables, NULL)) {
    die("dump", db);
  }
  while (sqlite3_step(tables) == SQLITE_ROW) {
    char *const sql = sqlite3_mprintf("SELECT * FROM %Q ORDER BY 1, 2", sqlite3_column_text(tables, 0));
    char *const narrow = sqlite3_mprintf("SELECT * FROM %Q", sqlite3_column_text(tables, 0));
    sqlite3_stmt *probe = NULL;
    const int wide = sqlite3_prepare_v2(db, sql, -1, &probe, NULL) == SQLITE_OK;
    sqlite3_finalize(probe);
    sqlite3_str_appendf(text, "%s\n", sqlite3_column_text(tables, 0));
    append_rows(text, db, wide ? sql : narrow);
    sqlite3_free(sql);
    sqlite3_free(narrow);
  }
  sqlite3_finalize(tables);
  return sqlite3_str_finish(text);
}

/* What a call answered. */
typedef struct answer {
  int rc;     /* SQLITE_DONE, or the error */
  char *text; /* of the last row's first column, or the error's message */
} answer;

static answer run_statement(sqlite3_stmt *call) {
  answer got = {SQLITE_ROW, NULL};
  while (got.rc == SQLITE_ROW) {
    got.rc = sqlite3_step(call);
    faults_pause(1);
    if (got.rc == SQLITE_ROW) {
      sqlite3_free(got.text);
      got.text = sqlite3_mprintf("%d %s", sqlite3_column_type(call, 0), sqlite3_column_text(call, 0));
    }
    faults_pause(0);
  }
  if (got.rc != SQLITE_DONE) {
    faults_pause(1);
    sqlite3_free(got.text);
    got.text = sqlite3_mprintf("%s", sqlite3_errmsg(sqlite3_db_handle(call)));
    faults_pause(0);
  }
  return got;
}

/* Of an error without memory for its message, SQLite still reports the code. */
static int same_answer(const answer *a, const answer *b) {
  if (a->rc != b->rc) return 0;
  return a->rc != SQLITE_DONE || a->text == b->text || (a->text != NULL && b->text != NULL && strcmp(a->text, b->text) == 0);
}

static int is_the_fault(int rc) {
  if (now.variant->journal == NULL) return rc == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM;
  return (rc & 0xff) == SQLITE_IOERR || rc == SQLITE_FULL;
}

/* The call with no fault: what every other run is compared with. */
typedef struct reference {
  char *untouched; /* before `first` */
  char *before;
  char *after;
  answer answered;
  int autocommit;
} reference;

static sqlite3_stmt *prepare(sqlite3 *db) {
  sqlite3_stmt *call = NULL;
  if (sqlite3_prepare_v2(db, now.call, -1, &call, NULL) != SQLITE_OK) die("prepare", db);
  return call;
}

static void check_answer(sqlite3 *db, const answer *got, const reference *ref) {
  char *const state = dump(db);
  const int faulty = is_the_fault(got->rc);
  const int lost_transaction = !ref->autocommit && sqlite3_get_autocommit(db);
  if (!faulty && !same_answer(got, &ref->answered)) {
    char *const both = sqlite3_mprintf("%d %s instead of %d %s", got->rc, got->text, ref->answered.rc, ref->answered.text);
    complain("another answer", both);
    sqlite3_free(both);
  }
  if (!faulty && strcmp(state, ref->after) != 0) complain("answered, but the database isn't as the call leaves it", state);
  if (faulty && lost_transaction) { /* SQLite rolled it back */
    if (strcmp(state, ref->untouched) != 0) complain("half a transaction was rolled back", state);
  } else if (faulty && strcmp(state, ref->before) != 0) {
    if (strcmp(state, ref->after) != 0) complain("half of it was written", state);
    else now.lost_answers++;
  }
  if (ref->autocommit && !sqlite3_get_autocommit(db)) complain("a transaction was left open", NULL);
  sqlite3_free(state);
}

/* The connection goes on: the same again, now without a fault. */
static void check_repetition(sqlite3 *db, const scenario *s, sqlite3_stmt *call, const reference *ref) {
  char *const state = dump(db);
  const int from_the_start = strcmp(state, ref->before) != 0 && strcmp(state, ref->untouched) == 0;
  if (from_the_start) execute(db, s->first);
  const int comparable = from_the_start || strcmp(state, ref->before) == 0;
  sqlite3_free(state);
  sqlite3_reset(call);
  answer again = run_statement(call);
  char *const after = dump(db);
  if (comparable && !same_answer(&again, &ref->answered)) complain("the same call then failed", again.text);
  if (comparable && strcmp(after, ref->after) != 0) complain("the same call then left another database", after);
  if (!comparable && again.rc != SQLITE_DONE) complain("the connection was of no use any more", again.text);
  sqlite3_free(after);
  sqlite3_free(again.text);
}

static void close_database(sqlite3 *db, const char *path) {
  if (!sqlite3_get_autocommit(db)) execute(db, "ROLLBACK");
  if (sqlite3_close(db) != SQLITE_OK) die("close", db);
  if (path != NULL) remove_file(path);
}

/* One call with fault n; returns whether there was one. */
static int run_case(const scenario *s, const image *from, const char *path, const reference *ref) {
  sqlite3 *const db = open_image(from, now.variant, path);
  if (load(db) != SQLITE_OK) die("load", db);
  execute(db, s->first);
  sqlite3_stmt *const call = prepare(db);
  faults_arm(now.variant->kind, now.n);
  answer got = run_statement(call);
  const int hit = faults_disarm() > 0;
  sqlite3_reset(call);
  now.runs++;
  check_answer(db, &got, ref);
  if (hit) check_repetition(db, s, call, ref);
  sqlite3_free(got.text);
  sqlite3_finalize(call);
  close_database(db, path);
  return hit;
}

static reference make_reference(const scenario *s, const image *from, const char *path) {
  reference ref;
  sqlite3 *const db = open_image(from, now.variant, path);
  if (load(db) != SQLITE_OK) die("load", db);
  ref.untouched = dump(db);
  execute(db, s->first);
  ref.autocommit = sqlite3_get_autocommit(db);
  ref.before = dump(db);
  sqlite3_stmt *const call = prepare(db);
  ref.answered = run_statement(call);
  sqlite3_finalize(call);
  ref.after = dump(db);
  close_database(db, path);
  return ref;
}

static void free_reference(reference *ref) {
  sqlite3_free(ref->untouched);
  sqlite3_free(ref->before);
  sqlite3_free(ref->after);
  sqlite3_free(ref->answered.text);
}

void check_blocks(long before) {
  char count[32];
  snprintf(count, sizeof count, "%ld", faults_live_blocks() - before);
  if (faults_live_blocks() != before) complain("blocks were not freed", count);
}

static void sweep(const scenario *s, const variant *v, const char *path) {
  now.variant = v;
  now.call = s->call;
  now.n = 0;
  image made = make_image(s, v);
  const char *const file = v->journal == NULL ? NULL : path;
  reference ref = make_reference(s, &made, file);
  int hit = 1;
  const long step = v->journal == NULL ? now.step : 1;
  /* Where a sweep in steps begins differs from scenario to scenario, for they share their first faults. */
  for (now.n = 1 + (s - scenarios) % step; hit; now.n += step) {
    const long before = faults_live_blocks();
    hit = run_case(s, &made, file, &ref);
    check_blocks(before);
  }
  free_reference(&ref);
  sqlite3_free(made.bytes);
}

/* So that a function which is added is swept. */
static void expect_every_function(void) {
  sqlite3 *db = NULL;
  sqlite3_stmt *list = NULL;
  now.call = "the list of functions";
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || load(db) != SQLITE_OK) die("open", db);
  const char *const names = "SELECT DISTINCT name || '(' FROM pragma_function_list WHERE name = 'notify' OR name GLOB 'honker_*'";
  if (sqlite3_prepare_v2(db, names, -1, &list, NULL) != SQLITE_OK) die(names, db);
  while (sqlite3_step(list) == SQLITE_ROW) {
    const char *const name = (const char *)sqlite3_column_text(list, 0);
    int found = strstr(calls_swept_apart, name) != NULL;
    for (size_t i = 0; i < scenario_count && !found; i++) found = strstr(scenarios[i].call, name) != NULL;
    if (!found) complain("no call of it is swept", name);
  }
  sqlite3_finalize(list);
  if (sqlite3_close(db) != SQLITE_OK) die("close", db);
}

int main(int argc, char **argv) {
  char path[1000];
  if (argc < 3) return 2;
  now.step = atol(argv[2]);
  snprintf(path, sizeof path, "%s/sweep.db", argv[1]);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* every allocation is one that can fail */
  sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
  if (sqlite3_initialize() != SQLITE_OK || faults_install_vfs() != SQLITE_OK) return 2;
  sqlite3_auto_extension((void (*)(void))learn_api);
  sqlite3 *db = NULL;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK || api_routines == NULL) return 2;
  sqlite3_close(db);
  sqlite3_reset_auto_extension();
  now.variant = &variants[0];
  expect_every_function();
  for (size_t v = 0; v < VARIANTS; v++) {
    const long runs = now.runs;
    if (argc < 4 && variants[v].journal == NULL) {
      sweep_loading(&variants[v]);
      sweep_auto_load(&variants[v]);
      sweep_watching(&variants[v], path);
      sweep_checkpoints(&variants[v], path);
    }
    for (size_t i = 0; i < scenario_count; i++) {
      if (argc < 4 || strstr(scenarios[i].call, argv[3]) != NULL) sweep(&scenarios[i], &variants[v], path);
    }
    printf("%6ld faults: %s\n", now.runs - runs, variants[v].name);
  }
  if (sqlite3_memory_used() != 0) complain("SQLite still holds memory", NULL);
  printf("%ld failures; %ld answers were lost after the work was done\n", now.failures, now.lost_answers);
  return now.failures != 0;
}
