#include "json_writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plain_text.h"
#include "utf8.h"

static char *reserve(json_writer *json, size_t more) {
  if (json->failed) return NULL;
  if (json->capacity - json->length < more) {
    size_t capacity = json->capacity == 0 ? 256 : json->capacity;
    while (capacity - json->length < more && capacity <= SIZE_MAX / 2) capacity *= 2;
    char *bytes = capacity - json->length < more ? NULL : realloc(json->bytes, capacity);
    if (bytes == NULL) {
      json->failed = 1;
      return NULL;
    }
    json->bytes = bytes;
    json->capacity = capacity;
  }
  return json->bytes + json->length;
}

static void append(json_writer *json, const char *bytes, size_t length) {
  char *to = reserve(json, length);
  if (to == NULL) return;
  memcpy(to, bytes, length);
  json->length += length;
}

static void separate(json_writer *json) {
  if (json->comma) append(json, ",", 1);
  json->comma = 1;
}

void json_begin(json_writer *json, char bracket) {
  separate(json);
  append(json, &bracket, 1);
  json->comma = 0;
}

void json_end(json_writer *json, char bracket) {
  append(json, &bracket, 1);
  json->comma = 1;
}

void json_key(json_writer *json, const char *name) {
  separate(json);
  append(json, "\"", 1);
  append(json, name, strlen(name));
  append(json, "\":", 2);
  json->comma = 0;
}

void json_integer(json_writer *json, int64_t value) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t rest = value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
  do {
    digits[--at] = (char)('0' + rest % 10u);
    rest /= 10u;
  } while (rest != 0);
  if (value < 0) digits[--at] = '-';
  separate(json);
  append(json, digits + at, sizeof digits - at);
}

void json_real(json_writer *json, double value) {
  if (!isfinite(value)) {
    json_null(json);
    return;
  }
  char digits[32];
  const int length = snprintf(digits, sizeof digits, "%.17g", value);
  for (int i = 0; i < length; i++) {
    if (digits[i] == ',') digits[i] = '.'; /* a host that called setlocale() */
  }
  separate(json);
  append(json, digits, (size_t)length);
}

void json_null(json_writer *json) {
  separate(json);
  append(json, "null", 4);
}

void json_boolean(json_writer *json, int value) {
  separate(json);
  append(json, value ? "true" : "false", value ? 4 : 5);
}

static void append_escape(json_writer *json, unsigned char c) {
  static const char hex[] = "0123456789abcdef";
  char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15u]};
  size_t length = 2;
  switch (c) {
    case '"': escape[1] = '"'; break;
    case '\\': escape[1] = '\\'; break;
    case '\n': escape[1] = 'n'; break;
    case '\r': escape[1] = 'r'; break;
    case '\t': escape[1] = 't'; break;
    default: length = 6;
  }
  append(json, escape, length);
}

void json_string(json_writer *json, const char *text, size_t length) {
  const char *at = text, *plain = text, *const end = text + length;
  separate(json);
  append(json, "\"", 1);
  at = skip_plain(at, end);
  while (at < end) {
    const unsigned char c = (unsigned char)*at;
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      at++;
      continue;
    }
    const size_t valid = c < 0x80 ? 0 : utf8_sequence(at, end);
    if (valid > 0) {
      at += valid;
      continue;
    }
    append(json, plain, (size_t)(at - plain));
    if (c < 0x80) append_escape(json, c);
    else append(json, "\xEF\xBF\xBD", 3);
    plain = ++at;
    at = skip_plain(at, end);
  }
  append(json, plain, (size_t)(at - plain));
  append(json, "\"", 1);
}

void json_value(json_writer *json, const char *text, size_t length) {
  separate(json);
  append(json, text, length);
}

char *json_finish(json_writer *json) {
  append(json, "", 1);
  if (json->failed) {
    json_discard(json);
    return NULL;
  }
  char *bytes = json->bytes;
  json->bytes = NULL;
  return bytes;
}

void json_discard(json_writer *json) {
  free(json->bytes);
  json->bytes = NULL;
}
