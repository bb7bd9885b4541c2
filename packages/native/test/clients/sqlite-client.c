/*
** Reads {"sql", "params"} a line, answers {"rows"} or {"error"} a line: a client for kinds of machine that this
** one can only imitate. Arguments: path, extension, mode. A second connection reads and writes the JSON.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite3.h"

static const char READ_SQL[] = "SELECT ?1 ->> 'sql'";
static const char READ_PARAMS[] =
    "SELECT CASE type WHEN 'object' THEN coalesce(CAST(value ->> 'integer' AS INTEGER), unhex(value ->> 'blob')) "
    "ELSE atom END FROM json_each(?1, '$.params')";
static const char WRITE_VALUE[] =
    "SELECT CASE typeof(?1) WHEN 'integer' THEN json_object('integer', CAST(?1 AS TEXT)) "
    "WHEN 'blob' THEN json_object('blob', hex(?1)) ELSE json_quote(?1) END";

typedef struct codec {
  sqlite3 *db;
  sqlite3_stmt *read_sql, *read_params, *write_value;
} codec;

static void check(int rc, int wanted, sqlite3 *db) {
  if (rc == wanted) return;
  fprintf(stderr, "%s\n", sqlite3_errmsg(db));
  exit(1);
}

static void open_codec(codec *json) {
  check(sqlite3_open(":memory:", &json->db), SQLITE_OK, json->db);
  check(sqlite3_prepare_v2(json->db, READ_SQL, -1, &json->read_sql, NULL), SQLITE_OK, json->db);
  check(sqlite3_prepare_v2(json->db, READ_PARAMS, -1, &json->read_params, NULL), SQLITE_OK, json->db);
  check(sqlite3_prepare_v2(json->db, WRITE_VALUE, -1, &json->write_value, NULL), SQLITE_OK, json->db);
}

static char *read_line(void) {
  size_t length = 0, size = 1 << 16;
  char *line = malloc(size);
  while (line != NULL && fgets(line + length, (int)(size - length), stdin) != NULL) {
    length += strlen(line + length);
    if (line[length - 1] == '\n') return line;
    line = realloc(line, size *= 2);
  }
  free(line);
  return NULL;
}

static void append_value(sqlite3_str *out, codec *json, sqlite3_value *value) {
  sqlite3_stmt *const write = json->write_value;
  check(sqlite3_bind_value(write, 1, value), SQLITE_OK, json->db);
  check(sqlite3_step(write), SQLITE_ROW, json->db);
  sqlite3_str_append(out, (const char *)sqlite3_column_text(write, 0), sqlite3_column_bytes(write, 0));
  sqlite3_reset(write);
}

static void append_error(sqlite3_str *out, codec *json, const char *message) {
  sqlite3_str_appendall(out, "{\"error\":");
  sqlite3_stmt *quote = NULL;
  check(sqlite3_prepare_v2(json->db, "SELECT ?1", -1, &quote, NULL), SQLITE_OK, json->db);
  sqlite3_bind_text(quote, 1, message, -1, SQLITE_TRANSIENT);
  check(sqlite3_step(quote), SQLITE_ROW, json->db);
  append_value(out, json, sqlite3_column_value(quote, 0));
  sqlite3_finalize(quote);
}

/* NULL where the request can't be run. */
static sqlite3_stmt *read_statement(sqlite3 *db, codec *json, const char *request) {
  sqlite3_stmt *statement = NULL;
  check(sqlite3_bind_text(json->read_sql, 1, request, -1, SQLITE_STATIC), SQLITE_OK, json->db);
  check(sqlite3_step(json->read_sql), SQLITE_ROW, json->db);
  int rc = sqlite3_prepare_v2(db, (const char *)sqlite3_column_text(json->read_sql, 0), -1, &statement, NULL);
  sqlite3_reset(json->read_sql);
  check(sqlite3_bind_text(json->read_params, 1, request, -1, SQLITE_STATIC), SQLITE_OK, json->db);
  for (int i = 1; rc == SQLITE_OK && sqlite3_step(json->read_params) == SQLITE_ROW; i++) {
    rc = sqlite3_bind_value(statement, i, sqlite3_column_value(json->read_params, 0));
  }
  sqlite3_reset(json->read_params);
  if (rc == SQLITE_OK) return statement;
  sqlite3_finalize(statement);
  return NULL;
}

static char *answer(sqlite3 *db, codec *json, const char *request) {
  sqlite3_stmt *const statement = read_statement(db, json, request);
  sqlite3_str *out = sqlite3_str_new(NULL);
  sqlite3_str_appendall(out, "{\"rows\":[");
  int rc = statement == NULL ? SQLITE_ERROR : SQLITE_ROW;
  for (int row = 0; rc == SQLITE_ROW && (rc = sqlite3_step(statement)) == SQLITE_ROW; row++) {
    sqlite3_str_appendall(out, row == 0 ? "[" : ",[");
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
      if (i > 0) sqlite3_str_appendall(out, ",");
      append_value(out, json, sqlite3_column_value(statement, i));
    }
    sqlite3_str_appendall(out, "]");
  }
  sqlite3_str_appendall(out, "]");
  if (rc != SQLITE_DONE) {
    sqlite3_str_reset(out);
    append_error(out, json, sqlite3_errmsg(db));
  }
  sqlite3_str_appendall(out, "}");
  sqlite3_finalize(statement);
  return sqlite3_str_finish(out);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  codec json = {0};
  open_codec(&json);
  sqlite3 *db = NULL;
  const int mode = strcmp(argv[3], "readonly") == 0 ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  check(sqlite3_open_v2(argv[1], &db, mode, NULL), SQLITE_OK, db);
  if (argv[2][0] != '\0') {
    char *message = NULL;
    sqlite3_enable_load_extension(db, 1);
    if (sqlite3_load_extension(db, argv[2], NULL, &message) != SQLITE_OK) {
      fprintf(stderr, "%s\n", message);
      return 1;
    }
  }
  puts("ready");
  fflush(stdout);
  for (char *request; (request = read_line()) != NULL; free(request)) {
    char *const text = answer(db, &json, request);
    puts(text);
    fflush(stdout);
    sqlite3_free(text);
  }
  sqlite3_finalize(json.read_sql);
  sqlite3_finalize(json.read_params);
  sqlite3_finalize(json.write_value);
  sqlite3_close(json.db);
  return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
