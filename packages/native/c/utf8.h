/* One well-formed UTF-8 sequence, as RFC 3629 defines it: no overlong forms, no surrogates. */
#ifndef HONKER_UTF8_H
#define HONKER_UTF8_H

#include <stddef.h>

/* The length of the sequence of two to four bytes that begins at `at`, or 0 if there is none. */
static inline size_t utf8_sequence(const char *at, const char *end) {
  const unsigned char *const s = (const unsigned char *)at;
  const size_t left = (size_t)(end - at);
  const unsigned char lead = s[0];
  const size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || left < length) return 0;
  for (size_t i = 1; i < length; i++) {
    if ((s[i] & 0xC0u) != 0x80) return 0;
  }
  if (lead == 0xE0 && s[1] < 0xA0) return 0;
  if (lead == 0xED && s[1] >= 0xA0) return 0;
  if (lead == 0xF0 && s[1] < 0x90) return 0;
  if (lead == 0xF4 && s[1] >= 0x90) return 0;
  return length;
}

#endif
