/*
** Ten years of minutes in zones that change their clocks, and of seconds around the changes: for
** schedules at random, the next fire after any moment is the one that the oracle saw.
**
**   property [seed [zone …]]           prints the first failure, or nothing
*/
#include "cron.h"
#include "oracle.h"
#include "random-schedule.h"
#include "zone.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400
#define FROM_2010 INT64_C(1262304000)
#define TO_2020 INT64_C(1577836800)
#define SCHEDULES_A_ZONE 40
#define SECOND_SCHEDULES_A_CHANGE 20
#define CHANGES_BY_SECOND 3
#define MOMENTS_A_SCHEDULE 1000
#define MOST_CHANGES 100

typedef struct trial {
  const char *zone;
  uint64_t random;
  const oracle_tape *tape;
  oracle_fires fires;
  size_t changes;
  uint32_t change[MOST_CHANGES];
} trial;

static void check(trial *t, const random_schedule *drawn, const cron_schedule *schedule, int64_t from) {
  const int64_t end = t->tape->start + (int64_t)t->tape->ticks * t->tape->tick_s;
  const int64_t expected = oracle_next(t->tape, &t->fires, from);
  int64_t next = -1;
  const int rc = cron_next_after(schedule, from, &next);
  if (rc == CRON_OK && (expected < 0 ? next >= end : next == expected)) return;
  printf("%s: \"%s\" after %" PRId64 ": expected %" PRId64 ", got %" PRId64 " (%s)\n", t->zone, drawn->text, from,
         expected, next, rc == CRON_OK ? "no error" : cron_failure(rc));
  exit(1);
}

/* Anywhere, or half of the time close to a change of the clock. */
static int64_t random_moment(trial *t) {
  const int64_t length = (int64_t)t->tape->ticks * t->tape->tick_s;
  int64_t moment = (int64_t)random_below(&t->random, (uint64_t)length);
  if (t->changes > 0 && random_below(&t->random, 2) == 0) {
    const int64_t change = t->change[random_below(&t->random, t->changes)] * t->tape->tick_s;
    const int64_t reach = random_below(&t->random, 2) == 0 ? 2 * DAY : 2 * 3600;
    moment = change - reach + (int64_t)random_below(&t->random, (uint64_t)(2 * reach));
    if (moment < 0) moment = 0;
    if (moment >= length) moment = length - 1;
  }
  return t->tape->start + moment;
}

static void try_schedule(trial *t) {
  const int64_t target = (random_moment(t) - t->tape->start) / t->tape->tick_s;
  random_schedule drawn;
  random_schedule_draw(&t->random, oracle_unpack(t->tape->shown[target]), t->tape->tick_s == 1, &drawn);

  cron_schedule schedule;
  char why[CRON_MESSAGE];
  const int refused = cron_parse(drawn.text, strlen(drawn.text), &schedule, why, sizeof why) != 0;
  if (refused == oracle_is_possible(&drawn.meaning)) {
    printf("\"%s\": %s\n", drawn.text, refused ? why : "no year has such a date, and it was parsed");
    exit(1);
  }
  if (refused) return;

  oracle_walk(t->tape, &drawn.meaning, &t->fires);
  for (int i = 0; i < MOMENTS_A_SCHEDULE; i++) {
    const int64_t from = random_moment(t);
    check(t, &drawn, &schedule, from);
    const int64_t fire = oracle_next(t->tape, &t->fires, from);
    if (fire >= 0) {
      check(t, &drawn, &schedule, fire - 1);
      check(t, &drawn, &schedule, fire);
    }
  }
}

static void try_tape(trial *t, const oracle_tape *tape, int schedules) {
  t->tape = tape;
  t->fires.tick = malloc(tape->ticks * sizeof *t->fires.tick);
  if (t->fires.tick == NULL) abort();
  t->changes = oracle_changes(tape, t->change, MOST_CHANGES);
  for (int i = 0; i < schedules; i++) try_schedule(t);
  free(t->fires.tick);
}

static void try_zone(const char *zone, uint64_t seed) {
  use_zone(zone);
  trial t = {.zone = zone, .random = seed};
  oracle_tape years;
  oracle_record(&years, FROM_2010, TO_2020, 60);
  try_tape(&t, &years, SCHEDULES_A_ZONE);
  const size_t changes = t.changes;
  uint32_t change[MOST_CHANGES];
  memcpy(change, t.change, sizeof change);
  for (int i = 0; i < CHANGES_BY_SECOND && changes > 0; i++) {
    const int64_t at = FROM_2010 + change[random_below(&t.random, changes)] * INT64_C(60);
    oracle_tape days;
    oracle_record(&days, at - DAY, at + DAY + DAY / 2, 1);
    try_tape(&t, &days, SECOND_SCHEDULES_A_CHANGE);
    free(days.shown);
  }
  free(years.shown);
}

int main(int argc, char **argv) {
  const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
  if (argc > 2) {
    for (int i = 2; i < argc; i++) try_zone(argv[i], seed);
  } else {
    for (const char *const *zone = property_zones; *zone != NULL; zone++) try_zone(*zone, seed);
  }
  return 0;
}
