/*
** Any bytes as JSON, and as a text to be written as JSON. SQLite's own JSON functions are the oracle,
** where they judge: it doesn't look at UTF-8, and ends at a NUL.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json_reader.h"
#include "json_writer.h"
#include "sql.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_plain_text(const char *text, size_t size) {
  const char *at = text, *const end = text + size;
  while (at < end) {
    const size_t length = (unsigned char)*at < 0x80 ? (size_t)(*at != '\0') : utf8_sequence(at, end);
    if (length == 0) return 0;
    at += length;
  }
  return 1;
}

/* Leaves the statement with its row to be read. */
static void ask(sqlite3_stmt *question, const char *text, size_t size) {
  sqlite3_reset(question);
  sqlite3_bind_text64(question, 1, text, size, SQLITE_STATIC, SQLITE_UTF8);
  if (sqlite3_step(question) != SQLITE_ROW) finding(sqlite3_sql(question), sqlite3_errmsg(sqlite3_db_handle(question)));
}

static int depth_bound(const char *text, size_t size) {
  int depth = 0;
  for (size_t i = 0; i < size; i++) depth += text[i] == '[' || text[i] == '{';
  return depth;
}

static void check_reader(sqlite3_stmt *valid, const char *text, size_t size) {
  const int is_valid = json_is_valid(text, size);
  if (is_plain_text(text, size) && depth_bound(text, size) < 900) {
    ask(valid, text, size);
    if (sqlite3_column_int(valid, 0) != is_valid) finding("SQLite judges otherwise", text);
    sqlite3_reset(valid);
  } else if (is_valid && memchr(text, '\0', size) != NULL) {
    finding("a NUL in valid JSON", text);
  }
  json_elements walk = json_open_array(text, size);
  while (json_next(&walk)) {
    int64_t number;
    if (!json_is_valid(walk.element, walk.element_length)) finding("an element is no JSON", text);
    json_element_integer(&walk, &number);
  }
}

static void check_writer(sqlite3_stmt *extract, const char *text, size_t size) {
  json_writer json = {0};
  json_begin(&json, '[');
  json_string(&json, text, size);
  json_end(&json, ']');
  const size_t length = json.length;
  char *const written = json_finish(&json);
  if (written == NULL) finding("no memory", NULL);
  if (!json_is_valid(written, length) || !is_plain_text(written, length)) finding("wrote no JSON", written);
  if (is_plain_text(text, size)) {
    ask(extract, written, length);
    const int bytes = sqlite3_column_bytes(extract, 0);
    if ((size_t)bytes != size || memcmp(sqlite3_column_text(extract, 0), text, size) != 0) finding("not read back", written);
    sqlite3_reset(extract);
  }
  free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static sqlite3_stmt *valid, *extract;
  if (valid == NULL) {
    sqlite3 *const db = open_database();
    valid = prepare(db, "SELECT json_valid(?1)");
    extract = prepare(db, "SELECT ifnull(json_extract(?1, '$[0]'), '')");
  }
  /* Of exactly its length, so that reading past it is seen. */
  char *const text = malloc(size > 0 ? size : 1);
  if (text == NULL) abort();
  if (size > 0) memcpy(text, data, size);
  check_reader(valid, text, size);
  check_writer(extract, text, size);
  free(text);
  return 0;
}
