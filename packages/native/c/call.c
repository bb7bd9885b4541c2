#include "call.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json_reader.h"
#include "utf8.h"

static const char *type_name(int type) {
  switch (type) {
    case SQLITE_INTEGER: return "an integer";
    case SQLITE_FLOAT: return "a real number";
    case SQLITE_TEXT: return "text";
    case SQLITE_BLOB: return "a blob";
    default: return "NULL";
  }
}

int call_failed(const honker_call *call) { return call->failed; }

void call_refuse(honker_call *call, const char *format, ...) {
  HONKER_SQLITE(call->connection);
  if (call->failed) return;
  call->failed = 1;
  va_list arguments;
  va_start(arguments, format);
  char *reason = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  char *message = reason == NULL ? NULL : sqlite3_mprintf("%s: %s", call->function, reason);
  if (message == NULL) sqlite3_result_error_nomem(call->context);
  else sqlite3_result_error(call->context, message, -1);
  sqlite3_free(reason);
  sqlite3_free(message);
}

static int is_missing_schema(const char *message) {
  return strncmp(message, "no such table: _honker_", 23) == 0 ||
         strncmp(message, "no such index: _honker_", 23) == 0;
}

int call_sqlite_error(honker_call *call, int rc) {
  HONKER_SQLITE(call->connection);
  if (rc == SQLITE_OK) return 0;
  if (call->failed) return 1;
  call->failed = 1;
  if ((rc & 0xff) == SQLITE_NOMEM) {
    sqlite3_result_error_nomem(call->context);
    return 1;
  }
  const int known = call->connection->error.code == rc;
  const char *const message = known ? call->connection->error.message : sqlite3_errstr(rc);
  char *full = sqlite3_mprintf(
      "%s: %s%s", call->function, message,
      is_missing_schema(message) ? " (SELECT honker_bootstrap() makes honker's tables and indexes)" : "");
  if (full == NULL) {
    sqlite3_result_error_nomem(call->context);
  } else {
    /* The message first: sqlite3_result_error() resets the code to SQLITE_ERROR. */
    sqlite3_result_error(call->context, full, -1);
    sqlite3_result_error_code(call->context, rc);
  }
  sqlite3_free(full);
  return 1;
}

int argument_is_null(const honker_call *call, int index) {
  HONKER_SQLITE(call->connection);
  return index >= call->count || sqlite3_value_type(call->arguments[index]) == SQLITE_NULL;
}

static text_argument read_text(honker_call *call, int index, const char *name, const char *expected) {
  HONKER_SQLITE(call->connection);
  sqlite3_value *const value = call->arguments[index];
  const int type = sqlite3_value_type(value);
  text_argument text = {"", 0};
  if (type != SQLITE_TEXT) {
    call_refuse(call, "%s must be %s, not %s", name, expected, type_name(type));
    return text;
  }
  const char *const bytes = (const char *)sqlite3_value_text(value);
  if (bytes == NULL) {
    call_sqlite_error(call, SQLITE_NOMEM);
    return text;
  }
  text.text = bytes;
  text.length = sqlite3_value_bytes(value);
  return text;
}

text_argument argument_name(honker_call *call, int index, const char *name) {
  const text_argument text = read_text(call, index, name, "text");
  if (memchr(text.text, '\0', (size_t)text.length) != NULL) {
    call_refuse(call, "%s must not contain a NUL character", name);
  }
  return text;
}

text_argument argument_text_or_null(honker_call *call, int index, const char *name) {
  const text_argument none = {NULL, 0};
  return argument_is_null(call, index) ? none : read_text(call, index, name, "text or NULL");
}

#define EXCERPT_CHARACTERS 60
#define EXCERPT_BYTES (EXCERPT_CHARACTERS * 4 + sizeof "…")

/* The beginning of a text, for an error message: whole characters, for a host may refuse a message that
** is no UTF-8 (Python raises UnicodeDecodeError instead of our error). */
static void write_excerpt(char *to, text_argument text) {
  const char *at = text.text, *const end = at + text.length;
  for (int i = 0; i < EXCERPT_CHARACTERS && at < end; i++) {
    const size_t length = (unsigned char)*at < 0x80 ? 1 : utf8_sequence(at, end);
    if (length == 0) *to++ = '?';
    else memcpy(to, at, length), to += length;
    at += length == 0 ? 1 : length;
  }
  strcpy(to, at < end ? "…" : "");
}

text_argument argument_json(honker_call *call, int index, const char *name) {
  const text_argument text = read_text(call, index, name, "JSON text");
  if (!call->failed && !json_is_valid(text.text, (size_t)text.length)) {
    char excerpt[EXCERPT_BYTES];
    write_excerpt(excerpt, text);
    call_refuse(call, "%s must be valid JSON (json_quote() makes it from any SQL value), not: %s", name, excerpt);
  }
  return text;
}

sqlite3_int64 argument_integer(honker_call *call, int index, const char *name) {
  HONKER_SQLITE(call->connection);
  sqlite3_value *const value = call->arguments[index];
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_INTEGER) return sqlite3_value_int64(value);
  if (type != SQLITE_FLOAT) {
    call_refuse(call, "%s must be a whole number, not %s", name, type_name(type));
    return 0;
  }
  const double real = sqlite3_value_double(value);
  if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0) || real != floor(real)) {
    call_refuse(call, "%s must be a whole number of at most 64 bits, not %!.17g", name, real);
    return 0;
  }
  return (sqlite3_int64)real;
}

sqlite3_int64 argument_count(honker_call *call, int index, const char *name) {
  const sqlite3_int64 value = argument_integer(call, index, name);
  if (value >= 0) return value;
  call_refuse(call, "%s must not be negative, but is %lld", name, value);
  return 0;
}

int argument_count_within(honker_call *call, int index, const char *name, int most) {
  const sqlite3_int64 value = argument_count(call, index, name);
  if (value <= most) return (int)value;
  call_refuse(call, "%s must be at most %d", name, most);
  return 0;
}

sqlite3_int64 argument_integer_or(honker_call *call, int index, const char *name, sqlite3_int64 fallback) {
  return argument_is_null(call, index) ? fallback : argument_integer(call, index, name);
}

sqlite3_int64 argument_count_or(honker_call *call, int index, const char *name, sqlite3_int64 fallback) {
  return argument_is_null(call, index) ? fallback : argument_count(call, index, name);
}

sqlite3_int64 argument_from_now(honker_call *call, int index, const char *name, sqlite3_int64 now) {
  const sqlite3_int64 seconds = argument_count(call, index, name);
  if (seconds <= INT64_MAX - now) return now + seconds;
  call_refuse(call, "%s must be seconds from now that fit a 64-bit time, but is %lld", name, seconds);
  return 0;
}

void call_return_integer(honker_call *call, sqlite3_int64 value) {
  HONKER_SQLITE(call->connection);
  if (!call->failed) sqlite3_result_int64(call->context, value);
}

void call_return_json(honker_call *call, json_writer *json) {
  HONKER_SQLITE(call->connection);
  if (call->failed) {
    json_discard(json);
    return;
  }
  const size_t length = json->length;
  char *const text = json_finish(json);
  if (text == NULL) sqlite3_result_error_nomem(call->context);
  else sqlite3_result_text64(call->context, text, length, free, SQLITE_UTF8);
}
