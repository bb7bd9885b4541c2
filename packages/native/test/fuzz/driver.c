/* Runs a target without libFuzzer: driver [inputs [seed [kept inputs]]]. Inputs are random bytes, grown from a few
** examples. */
#include "replay.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state;

static size_t below(size_t bound) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (size_t)(state % bound);
}

static const char *const examples[] = {
    "[1, -0, 1.5e+9, \"\\u00e9\\n\", {\"a\": [true, false, null]}]", "{\"\": {}}", "\"\xF0\x9D\x84\x9E\"", "[[[[]]]]", "",
};
static const char alphabet[] = "[]{}\",:\\u0019.eE+-truefalsn \t\n\xC3\xA9\xED\xA0\x80\xF4\x90\x00";

int main(int argc, char **argv) {
  const long inputs = argc > 1 ? atol(argv[1]) : 100000;
  state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  if (argc > 3) replay(argv[3]);
  uint8_t input[512];
  for (long n = 0; n < inputs; n++) {
    const char *const example = examples[below(sizeof examples / sizeof *examples)];
    size_t size = strlen(example);
    memcpy(input, example, size);
    const size_t random = below(3) == 0 ? below(120) : 0;
    for (size_t i = 0; i < random; i++) input[size++] = (uint8_t)below(256);
    for (size_t changes = below(6); changes > 0 && size > 0; changes--) {
      const size_t at = below(size);
      if (below(3) == 0) memmove(input + at, input + at + 1, --size - at);
      else if (below(2) == 0) memmove(input + at + 1, input + at, size++ - at);
      if (at < size) input[at] = below(4) == 0 ? (uint8_t)below(256) : (uint8_t)alphabet[below(sizeof alphabet)];
    }
    /* Half of them without an example: the bytes mean something else to another target. */
    const size_t skip = below(2) == 0 && random > 0 ? size - (random < size ? random : size) : 0;
    LLVMFuzzerTestOneInput(input + skip, size - skip);
  }
  return 0;
}
