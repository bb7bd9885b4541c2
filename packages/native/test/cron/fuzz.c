/*
** Any bytes as an expression, and what follows from them. The first byte chooses a `from`.
**
**   clang -fsanitize=fuzzer,address,undefined … fuzz.c          or with fuzz-driver.c, without libFuzzer
*/
#include "cron.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int64_t moments[] = {
      0,          -1,          1711846799 /* before a gap in Europe */, 1729990800 /* in a repeated hour */,
      4107542400, 253402300799, -62135596800, INT64_MIN, INT64_MAX,
  };
  if (size == 0) return 0;
  const size_t length = size - 1;
  /* Of exactly its length, so that reading past it is seen. */
  char *const text = malloc(length > 0 ? length : 1);
  if (text == NULL) abort();
  memcpy(text, data + 1, length);
  cron_schedule schedule;
  char why[CRON_MESSAGE];
  memset(why, 0x7F, sizeof why);
  if (cron_parse(text, length, &schedule, why, sizeof why) != 0) {
    const char *const end = memchr(why, '\0', sizeof why);
    /* A message always has room for its closing quote. */
    if (end == NULL || end == why || end[-1] != '"') abort();
  } else {
    int64_t from = moments[data[0] % (sizeof moments / sizeof *moments)], next;
    for (int i = 0; i < 4 && cron_next_after(&schedule, from, &next) == CRON_OK; i++) {
      if (next <= from) abort();
      from = next;
    }
  }
  free(text);
  return 0;
}
