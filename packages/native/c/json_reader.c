#include "json_reader.h"

#include <string.h>

#include "plain_text.h"
#include "utf8.h"

static const char *skip_space(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return at;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static const char *skip_digits(const char *at, const char *end) {
  const char *const from = at;
  while (at < end && is_digit(*at)) at++;
  return at == from ? NULL : at;
}

static const char *skip_escape(const char *at, const char *end) {
  if (end - at < 2) return NULL;
  if (at[1] != 'u') return strchr("\"\\/bfnrt", at[1]) != NULL && at[1] != '\0' ? at + 2 : NULL;
  if (end - at < 6) return NULL;
  for (int i = 2; i < 6; i++) {
    if (!is_hex(at[i])) return NULL;
  }
  return at + 6;
}

static const char *skip_string(const char *at, const char *end) {
  for (at = skip_plain(at + 1, end); at < end;) {
    const unsigned char c = (unsigned char)*at;
    if (c == '"') return at + 1;
    if (c < 0x20) return NULL;
    if (c == '\\') {
      at = skip_escape(at, end);
      if (at == NULL) return NULL;
      at = skip_plain(at, end);
    } else if (c < 0x80) {
      at++;
    } else {
      const size_t length = utf8_sequence(at, end);
      if (length == 0) return NULL;
      at += length;
    }
  }
  return NULL;
}

static const char *skip_number(const char *at, const char *end) {
  if (*at == '-') at++;
  if (at == end) return NULL;
  if (*at == '0') at++;
  else at = skip_digits(at, end);
  if (at != NULL && at < end && *at == '.') at = skip_digits(at + 1, end);
  if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    at = skip_digits(at, end);
  }
  return at;
}

static const char *skip_word(const char *at, const char *end, const char *word) {
  const size_t length = strlen(word);
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0 ? at + length : NULL;
}

/* A string, number or word. */
static const char *skip_scalar(const char *at, const char *end) {
  switch (*at) {
    case '"': return skip_string(at, end);
    case 't': return skip_word(at, end, "true");
    case 'f': return skip_word(at, end, "false");
    case 'n': return skip_word(at, end, "null");
    default: return skip_number(at, end);
  }
}

/* `"key" :`, up to the value. */
static const char *skip_key(const char *at, const char *end) {
  at = skip_space(at, end);
  if (at == end || *at != '"') return NULL;
  at = skip_string(at, end);
  if (at == NULL) return NULL;
  at = skip_space(at, end);
  return at < end && *at == ':' ? at + 1 : NULL;
}

/* The closing bracket of every array and object that is open, innermost last. */
typedef struct nesting {
  char closers[JSON_MAX_DEPTH];
  int depth;
} nesting;

/* After a value: closes what ends here. Returns where the next value begins, or, when none is
** open any more, where the outermost ended. */
static const char *skip_to_next(nesting *open, const char *at, const char *end) {
  while (open->depth > 0) {
    at = skip_space(at, end);
    if (at == end) return NULL;
    const char closer = open->closers[open->depth - 1];
    if (*at == ',') return closer == '}' ? skip_key(at + 1, end) : at + 1;
    if (*at != closer) return NULL;
    at++;
    open->depth--;
  }
  return at;
}

/* Skips one value without recursion; `at` is at its first character. NULL if it is malformed. */
static const char *skip_value(const char *at, const char *end) {
  nesting open;
  open.depth = 0;
  do {
    at = skip_space(at, end);
    if (at == end) return NULL;
    if (*at == '[' || *at == '{') {
      const char closer = *at == '[' ? ']' : '}';
      if (open.depth == JSON_MAX_DEPTH) return NULL;
      open.closers[open.depth++] = closer;
      const char *const inside = skip_space(at + 1, end);
      if (inside == end) return NULL;
      if (*inside != closer) {
        at = closer == '}' ? skip_key(inside, end) : inside;
        if (at == NULL) return NULL;
        continue;
      }
      at = inside;
    } else {
      at = skip_scalar(at, end);
      if (at == NULL) return NULL;
    }
    at = skip_to_next(&open, at, end);
  } while (at != NULL && open.depth > 0);
  return at;
}

int json_is_valid(const char *text, size_t length) {
  const char *const end = text + length;
  const char *at = skip_space(text, end);
  if (at == end) return 0;
  at = skip_value(at, end);
  return at != NULL && skip_space(at, end) == end;
}

json_elements json_open_array(const char *text, size_t length) {
  json_elements walk = {text, text + length, NULL, 0, 0, 0};
  walk.at = skip_space(walk.at, walk.end);
  walk.malformed = walk.at == walk.end || *walk.at != '[';
  if (!walk.malformed) walk.at++;
  return walk;
}

int json_next(json_elements *walk) {
  if (walk->malformed || walk->at == walk->end) return 0;
  const char *at = skip_space(walk->at, walk->end);
  walk->malformed = 1; /* until this step has proved the contrary */
  if (at == walk->end) return 0;
  const int first = !walk->started;
  walk->started = 1;
  if (*at == ']') {
    walk->at = skip_space(at + 1, walk->end);
    walk->malformed = walk->at != walk->end;
    return 0;
  }
  if (!first) {
    if (*at != ',') return 0;
    at = skip_space(at + 1, walk->end);
    if (at == walk->end) return 0;
  }
  const char *const after = skip_value(at, walk->end);
  if (after == NULL) return 0;
  walk->element = at;
  walk->element_length = (size_t)(after - at);
  walk->at = after;
  walk->malformed = after == walk->end; /* the closing bracket is still to come */
  return !walk->malformed;
}

int json_element_integer(const json_elements *walk, int64_t *value) {
  const char *at = walk->element, *const end = at + walk->element_length;
  const int negative = *at == '-';
  uint64_t magnitude = 0;
  for (at += negative; at < end; at++) {
    if (!is_digit(*at)) return 0;
    const unsigned digit = (unsigned)(*at - '0');
    if (magnitude > (UINT64_MAX - digit) / 10u) return 0;
    magnitude = magnitude * 10u + digit;
  }
  if (magnitude > (uint64_t)INT64_MAX + (unsigned)negative) return 0;
  *value = negative ? (int64_t)(0u - magnitude) : (int64_t)magnitude;
  return 1;
}
