/* Runs the fuzz target without libFuzzer: fuzz-driver [inputs [seed [kept inputs]]] */
#include "../fuzz/replay.h"
#include "random-schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A good expression, or one with some bytes changed, taken out or put in, or one cut short. */
static size_t draw_input(uint64_t *state, uint8_t *input, size_t room) {
  static const char alphabet[] = "0123456789*/,- \t@smhdeveryMONjanSUN?#\n\xC3\xA9";
  static const char *const others[] = {"@every 15s", "@every 1d", "@daily", "@WEEKLY", "@reboot", ""};
  random_schedule drawn;
  const oracle_time near = {2024, 2, 29, 2, 30, 0, 4};
  random_schedule_draw(state, near, (int)random_below(state, 2), &drawn);
  const char *const text = random_below(state, 8) == 0 ? others[random_below(state, 6)] : drawn.text;
  size_t size = 1 + strlen(text);
  input[0] = (uint8_t)random_below(state, 256);
  memcpy(input + 1, text, size - 1);
  for (uint64_t changes = random_below(state, 5); changes > 0 && size > 1; changes--) {
    const size_t at = 1 + (size_t)random_below(state, size - 1);
    const uint64_t kind = random_below(state, 4);
    if (kind == 0) size = at;
    if (kind == 1) memmove(input + at, input + at + 1, --size - at);
    if (kind == 2 && size < room) memmove(input + at + 1, input + at, size++ - at);
    if (kind >= 2) {
      input[at] = random_below(state, 8) == 0 ? (uint8_t)random_below(state, 256)
                                              : (uint8_t)alphabet[random_below(state, sizeof alphabet)];
    }
  }
  return size;
}

int main(int argc, char **argv) {
  const long inputs = argc > 1 ? atol(argv[1]) : 200000;
  uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  uint8_t input[1024];
  if (argc > 3) replay(argv[3]);
  for (long i = 0; i < inputs; i++) {
    const size_t size = draw_input(&state, input, sizeof input);
    LLVMFuzzerTestOneInput(input, size);
  }
  return 0;
}
