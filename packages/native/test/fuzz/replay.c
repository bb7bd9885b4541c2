#include "replay.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void replay(const char *path) {
  static uint8_t input[UINT16_MAX];
  uint8_t length[2];
  FILE *const file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(2);
  }
  while (fread(length, 1, sizeof length, file) == sizeof length) {
    const size_t size = length[0] | (size_t)length[1] << 8;
    if (fread(input, 1, size, file) != size) {
      fprintf(stderr, "%s ends within an input\n", path);
      exit(2);
    }
    LLVMFuzzerTestOneInput(input, size);
  }
  fclose(file);
}
