/*
** When a schedule must fire, found the slow way: by watching the clock on the wall for years, minute
** by minute. It shares nothing with the code under test but localtime_r.
*/
#ifndef HONKER_TEST_ORACLE_H
#define HONKER_TEST_ORACLE_H

#include <stddef.h>
#include <stdint.h>

/* Which values each field matches, as lists of yes and no. */
typedef struct oracle_schedule {
  char second[60], minute[60], hour[24], day[32], month[13], weekday[7];
  int day_begins_with_star, weekday_begins_with_star;
} oracle_schedule;

/* What the clock showed at every tick, packed so that later times are greater numbers. */
typedef struct oracle_tape {
  int64_t start;
  int64_t tick_s; /* 60 or 1 */
  size_t ticks;
  uint64_t *shown;
} oracle_tape;

typedef struct oracle_fires {
  size_t count;
  uint32_t *tick; /* as many as the tape has, at most */
} oracle_fires;

void oracle_record(oracle_tape *tape, int64_t start, int64_t end, int64_t tick_s);

/* The ticks at which the clock showed something else than one tick more than before. */
size_t oracle_changes(const oracle_tape *tape, uint32_t *changes, size_t room);

void oracle_walk(const oracle_tape *tape, const oracle_schedule *schedule, oracle_fires *fires);

/* The first fire after a moment on the tape, or -1. */
int64_t oracle_next(const oracle_tape *tape, const oracle_fires *fires, int64_t from);

/* Whether some year has a day that the schedule matches. */
int oracle_is_possible(const oracle_schedule *schedule);

/* The parts of a packed time. */
typedef struct oracle_time {
  int year, month, day, hour, minute, second, weekday;
} oracle_time;
oracle_time oracle_unpack(uint64_t shown);

#endif
