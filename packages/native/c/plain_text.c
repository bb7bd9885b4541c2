#include "plain_text.h"

#include <stdint.h>
#include <string.h>

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* A high bit for each byte that is less than `limit`, which is at most 128; and perhaps for bytes above such a one. */
static uint64_t bytes_below(uint64_t bytes, unsigned limit) {
  return (bytes - EACH_BYTE(limit)) & ~bytes & EACH_BYTE(0x80);
}

const char *skip_plain(const char *at, const char *end) {
  while (end - at >= 8) {
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    const uint64_t quotes = bytes_below(bytes ^ EACH_BYTE('"'), 1), backslashes = bytes_below(bytes ^ EACH_BYTE('\\'), 1);
    if ((bytes_below(bytes, 0x20) | quotes | backslashes | (bytes & EACH_BYTE(0x80))) != 0) break;
    at += 8;
  }
  return at;
}
