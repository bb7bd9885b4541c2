#define _DEFAULT_SOURCE
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t pack(oracle_time t) {
  uint64_t packed = (uint64_t)t.year;
  packed = packed << 4 | (uint64_t)t.month;
  packed = packed << 5 | (uint64_t)t.day;
  packed = packed << 5 | (uint64_t)t.hour;
  packed = packed << 6 | (uint64_t)t.minute;
  packed = packed << 6 | (uint64_t)t.second;
  return packed << 3 | (uint64_t)t.weekday;
}

oracle_time oracle_unpack(uint64_t shown) {
  oracle_time t;
  t.weekday = (int)(shown & 7);
  t.second = (int)(shown >> 3 & 63);
  t.minute = (int)(shown >> 9 & 63);
  t.hour = (int)(shown >> 15 & 31);
  t.day = (int)(shown >> 20 & 31);
  t.month = (int)(shown >> 25 & 15);
  t.year = (int)(shown >> 29);
  return t;
}

static int days_of(int year, int month) {
  static const int days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0)) return 29;
  return days[month];
}

/* A clock that nobody puts forward or back. */
static uint64_t one_tick_later(uint64_t shown, int64_t tick_s) {
  oracle_time t = oracle_unpack(shown);
  if (tick_s == 1 && ++t.second < 60) return pack(t);
  if (tick_s == 1) t.second = 0;
  if (++t.minute < 60) return pack(t);
  t.minute = 0;
  if (++t.hour < 24) return pack(t);
  t.hour = 0;
  t.weekday = (t.weekday + 1) % 7;
  if (++t.day <= days_of(t.year, t.month)) return pack(t);
  t.day = 1;
  if (++t.month <= 12) return pack(t);
  t.month = 1;
  t.year++;
  return pack(t);
}

void oracle_record(oracle_tape *tape, int64_t start, int64_t end, int64_t tick_s) {
  tape->start = start;
  tape->tick_s = tick_s;
  tape->ticks = (size_t)((end - start) / tick_s);
  tape->shown = malloc(tape->ticks * sizeof *tape->shown);
  if (tape->shown == NULL) abort();
  for (size_t i = 0; i < tape->ticks; i++) {
    const time_t at = (time_t)(start + (int64_t)i * tick_s);
    struct tm local;
    if (localtime_r(&at, &local) == NULL) abort();
    tape->shown[i] = pack((oracle_time){local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour,
                                        local.tm_min, local.tm_sec, local.tm_wday});
  }
}

size_t oracle_changes(const oracle_tape *tape, uint32_t *changes, size_t room) {
  size_t count = 0;
  for (size_t i = 1; i < tape->ticks && count < room; i++) {
    if (tape->shown[i] != one_tick_later(tape->shown[i - 1], tape->tick_s)) changes[count++] = (uint32_t)i;
  }
  return count;
}

static int matches(const oracle_schedule *s, uint64_t shown) {
  const oracle_time t = oracle_unpack(shown);
  if (!s->second[t.second] || !s->minute[t.minute] || !s->hour[t.hour] || !s->month[t.month]) return 0;
  if (s->day_begins_with_star || s->weekday_begins_with_star) return s->day[t.day] && s->weekday[t.weekday];
  return s->day[t.day] || s->weekday[t.weekday];
}

static int names_hours(const oracle_schedule *s) {
  for (int hour = 0; hour < 24; hour++) {
    if (!s->hour[hour]) return 1;
  }
  return 0;
}

/* Where hours are named, a second clock goes over every time of day once, never back, until it shows
** what the real one shows or is ahead of it; each match that it goes over is due now. */
void oracle_walk(const oracle_tape *tape, const oracle_schedule *schedule, oracle_fires *fires) {
  const int once = names_hours(schedule);
  uint64_t reached = tape->shown[0];
  fires->count = 0;
  for (size_t i = 1; i < tape->ticks; i++) {
    int due = 0;
    if (!once) due = matches(schedule, tape->shown[i]);
    while (once && reached < tape->shown[i]) {
      reached = one_tick_later(reached, tape->tick_s);
      if (matches(schedule, reached)) due = 1;
    }
    if (due) fires->tick[fires->count++] = (uint32_t)i;
  }
}

int64_t oracle_next(const oracle_tape *tape, const oracle_fires *fires, int64_t from) {
  size_t low = 0, high = fires->count;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (tape->start + fires->tick[middle] * tape->tick_s > from) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low < fires->count ? tape->start + fires->tick[low] * tape->tick_s : -1;
}

int oracle_is_possible(const oracle_schedule *schedule) {
  oracle_schedule any_time = *schedule;
  any_time.second[0] = any_time.minute[0] = any_time.hour[0] = 1;
  /* 28 years have every date on every weekday. */
  oracle_time day = {2000, 1, 1, 0, 0, 0, 6};
  for (; day.year < 2028; day.weekday = (day.weekday + 1) % 7) {
    if (matches(&any_time, pack(day))) return 1;
    if (++day.day <= days_of(day.year, day.month)) continue;
    day.day = 1;
    if (++day.month <= 12) continue;
    day.month = 1;
    day.year++;
  }
  return 0;
}
