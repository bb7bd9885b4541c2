/* Text that JSON writes as it is: ASCII but control characters, quotes and backslashes. */
#ifndef HONKER_PLAIN_TEXT_H
#define HONKER_PLAIN_TEXT_H

#include <stdint.h>
#include <string.h>

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* A high bit for each byte that is less than `limit`, which is at most 128; and perhaps for bytes above such a one. */
static inline uint64_t bytes_below(uint64_t bytes, unsigned limit) {
  return (bytes - EACH_BYTE(limit)) & ~bytes & EACH_BYTE(0x80);
}

/* Skips plain text, eight bytes at a time: up to seven that are left over may be plain, too. */
static inline const char *skip_plain(const char *at, const char *end) {
  while (end - at >= 8) {
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    const uint64_t quotes = bytes_below(bytes ^ EACH_BYTE('"'), 1), backslashes = bytes_below(bytes ^ EACH_BYTE('\\'), 1);
    if ((bytes_below(bytes, 0x20) | quotes | backslashes | (bytes & EACH_BYTE(0x80))) != 0) break;
    at += 8;
  }
  return at;
}

#endif
