/*
** Reads JSON (RFC 8259, nothing more) without building anything: where a value ends, which
** values an array has, which integers. Knows nothing of SQLite.
*/
#ifndef HONKER_JSON_READER_H
#define HONKER_JSON_READER_H

#include <stddef.h>
#include <stdint.h>

/* As deep as SQLite's own JSON functions go. */
#define JSON_MAX_DEPTH 1000

/* Whether the text is one JSON value with nothing but white space around it. */
int json_is_valid(const char *text, size_t length);

/* A walk over the elements of an array:
**
**   json_elements walk = json_open_array(text, length);
**   while (json_next(&walk)) use(walk.element, walk.element_length);
**   if (walk.malformed) …                                              */
typedef struct json_elements {
  const char *at;
  const char *end;
  const char *element;
  size_t element_length;
  int malformed;
  int started;
} json_elements;

json_elements json_open_array(const char *text, size_t length);
int json_next(json_elements *walk);

/* The current element as an integer. Returns 0 if it is anything else. */
int json_element_integer(const json_elements *walk, int64_t *value);

#endif
