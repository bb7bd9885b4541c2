/*
** Builds one JSON text in a growing buffer. Knows nothing of SQLite. An allocation that fails is
** remembered (`failed`) and everything after it does nothing, so only the end needs checking.
** Whatever bytes a text holds, the output is valid UTF-8: what isn't becomes U+FFFD.
*/
#ifndef HONKER_JSON_WRITER_H
#define HONKER_JSON_WRITER_H

#include <stddef.h>
#include <stdint.h>

typedef struct json_writer {
  char *bytes; /* from malloc; json_finish hands it to the caller */
  size_t length;
  size_t capacity;
  int comma; /* the next value follows another in the same array or object */
  int failed;
} json_writer;

/* json_begin and json_end take the bracket: '[' ']' '{' '}'. */
void json_begin(json_writer *json, char bracket);
void json_end(json_writer *json, char bracket);
/* `name` is written as it stands: it must need no escaping. */
void json_key(json_writer *json, const char *name);
void json_integer(json_writer *json, int64_t value);
void json_real(json_writer *json, double value);
void json_null(json_writer *json);
void json_boolean(json_writer *json, int value);
void json_string(json_writer *json, const char *text, size_t length);
/* What json_is_valid(), as it stands. */
void json_value(json_writer *json, const char *text, size_t length);

/* The finished, NUL-terminated text, to be released with free(), or NULL if memory ran out. */
char *json_finish(json_writer *json);
void json_discard(json_writer *json);

#endif
