/*
** Every SQL function with any arguments: it returns, or fails with a message that begins with its name;
** a refused argument writes nothing; no transaction stays open; JSON that it returns is JSON.
**
** An input is the function, then its arguments: a byte for the kind, and what the kind takes.
*/
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_reader.h"
#include "sql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_FUNCTIONS 128
static struct {
  char name[64];
  sqlite3_stmt *call;
} functions[MAX_FUNCTIONS];
static size_t function_count;
static sqlite3 *db;

/* All but those that wait, or start a thread. */
static void learn_functions(void) {
  sqlite3_stmt *const list = prepare(
      db,
      "SELECT name, narg FROM pragma_function_list WHERE name = 'notify'"
      " OR (name LIKE 'honker%' AND name NOT LIKE 'honker_update_watcher_%') ORDER BY name, narg");
  while (sqlite3_step(list) == SQLITE_ROW && function_count < MAX_FUNCTIONS) {
    char sql[256];
    const int count = sqlite3_column_int(list, 1);
    snprintf(functions[function_count].name, sizeof functions[0].name, "%s", (const char *)sqlite3_column_text(list, 0));
    int at = snprintf(sql, sizeof sql, "SELECT %s(", functions[function_count].name);
    for (int i = 0; i < count; i++) at += snprintf(sql + at, sizeof sql - (size_t)at, i == 0 ? "?" : ",?");
    snprintf(sql + at, sizeof sql - (size_t)at, ")");
    functions[function_count++].call = prepare(db, sql);
  }
  sqlite3_finalize(list);
}

typedef struct input {
  const uint8_t *at;
  const uint8_t *end;
} input;

static size_t take(input *from, void *to, size_t size) {
  const size_t left = (size_t)(from->end - from->at);
  const size_t taken = size < left ? size : left;
  memset(to, 0, size);
  if (taken > 0) memcpy(to, from->at, taken);
  from->at += taken;
  return taken;
}

static const char *const texts[] = {
    "q", "w", "", "1", "[1,1,2,1]", "[1,2,3]", "[]", "[1,{\"a\":[2]},\"\\u0000\"]", "{\"n\":1}", "*/5 * * * *",
    "@every 7s", "0 0 30 2 *", "@daily", "é𝄞", "[9223372036854775807,-1]", "task",
};
static const sqlite3_int64 integers[] = {0, 1, 2, 3, -1, INT64_MAX, INT64_MIN, 1800000000, 4102444800, 253402300800};

static void bind_argument(sqlite3_stmt *call, int index, input *from) {
  uint8_t kind = 0, size = 0;
  char bytes[256];
  sqlite3_int64 integer;
  double real;
  take(from, &kind, 1);
  switch (kind % 10) {
    case 0: sqlite3_bind_null(call, index); break;
    case 1: take(from, &integer, sizeof integer), sqlite3_bind_int64(call, index, integer); break;
    case 2: take(from, &real, sizeof real), sqlite3_bind_double(call, index, real); break;
    case 3:
    case 4:
      take(from, &size, 1);
      sqlite3_bind_text(call, index, bytes, (int)take(from, bytes, size), SQLITE_TRANSIENT);
      break;
    case 5: take(from, &size, 1), sqlite3_bind_blob(call, index, bytes, (int)take(from, bytes, size), SQLITE_TRANSIENT); break;
    case 6: sqlite3_bind_double(call, index, (double)integers[kind / 10 % (sizeof integers / sizeof *integers)]); break;
    case 7: sqlite3_bind_int64(call, index, integers[kind / 10 % (sizeof integers / sizeof *integers)]); break;
    default: sqlite3_bind_text(call, index, texts[kind / 10 % (sizeof texts / sizeof *texts)], -1, SQLITE_STATIC);
  }
}

static void check_text(const char *name, sqlite3_stmt *call) {
  const char *const text = (const char *)sqlite3_column_text(call, 0);
  const size_t size = (size_t)sqlite3_column_bytes(call, 0);
  const int is_json = sqlite3_column_type(call, 0) == SQLITE_TEXT && size > 0 && (text[0] == '[' || text[0] == '{');
  if (is_json && strcmp(name, "honker_result_get") != 0 && !json_is_valid(text, size)) finding(name, text);
}

static void check_error(const char *name, int changes) {
  const char *const message = sqlite3_errmsg(db);
  const size_t length = strlen(name);
  if (strncmp(message, name, length) != 0 || message[length] != ':') finding(name, message);
  if (strstr(message, " must ") != NULL && sqlite3_total_changes(db) != changes) finding("refused, but wrote", message);
}

static void start_afresh(void) {
  execute(db,
          "DELETE FROM _honker_live; DELETE FROM _honker_dead; DELETE FROM _honker_stream; DELETE FROM sqlite_sequence;"
          "DELETE FROM _honker_stream_consumers; DELETE FROM _honker_notifications; DELETE FROM _honker_locks;"
          "DELETE FROM _honker_scheduler_tasks; DELETE FROM _honker_rate_limits; DELETE FROM _honker_results;"
          "SELECT honker_enqueue_batch('q', '[1,2,3]', NULL, NULL, NULL, NULL, NULL), honker_claim_batch('q','w',2,60)");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static unsigned runs;
  static sqlite3_stmt *present;
  if (db == NULL) {
    db = open_database();
    learn_functions();
    present = prepare(db, "SELECT honker_clock_shift(0)");
  }
  /* Or nearly all inputs would run in another millennium, and none would fail again alone. */
  sqlite3_step(present);
  sqlite3_reset(present);
  if (runs++ % 500 == 0) start_afresh();
  input from = {data, data + size};
  uint8_t chosen;
  /* Several calls, so that one meets what another wrote. */
  for (int calls = 0; calls < 8 && take(&from, &chosen, 1) > 0; calls++) {
    const char *const name = functions[chosen % function_count].name;
    sqlite3_stmt *const call = functions[chosen % function_count].call;
    for (int i = 1; i <= sqlite3_bind_parameter_count(call); i++) bind_argument(call, i, &from);
    const int changes = sqlite3_total_changes(db);
    if (sqlite3_step(call) == SQLITE_ROW) check_text(name, call);
    else check_error(name, changes);
    sqlite3_reset(call);
    if (!sqlite3_get_autocommit(db)) finding("a transaction was left open", name);
  }
  return 0;
}
