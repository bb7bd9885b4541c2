/* Schedules at random, as text and as what that text must mean. */
#ifndef HONKER_TEST_RANDOM_SCHEDULE_H
#define HONKER_TEST_RANDOM_SCHEDULE_H

#include "oracle.h"

typedef struct random_schedule {
  char text[512];
  oracle_schedule meaning;
} random_schedule;

uint64_t random_below(uint64_t *state, uint64_t bound);

/* Values are drawn with a preference for those of `near`. */
void random_schedule_draw(uint64_t *state, oracle_time near, int with_seconds, random_schedule *drawn);

#endif
