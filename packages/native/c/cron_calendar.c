#include "cron_calendar.h"

/* The civil calendar is reckoned in eras of 400 years that begin on 1 March, so that the leap day
** is the last of its year and every month's start is a linear formula. */
#define ERA_DAYS 146097
#define EPOCH_FROM_ERA 719468 /* days from 0000-03-01 to 1970-01-01 */

static int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

int64_t calendar_day_number(int64_t year, unsigned month, unsigned day) {
  const int64_t march_year = month <= 2 ? year - 1 : year;
  const int64_t era = floor_divide(march_year, 400);
  const int64_t year_of_era = march_year - era * 400;
  const int64_t march_month = month <= 2 ? month + 9 : month - 3;
  const int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * ERA_DAYS + day_of_era - EPOCH_FROM_ERA;
}

static void date_of(int64_t day_number, int64_t *year, unsigned *month, unsigned *day) {
  const int64_t days = day_number + EPOCH_FROM_ERA;
  const int64_t era = floor_divide(days, ERA_DAYS);
  const int64_t day_of_era = days - era * ERA_DAYS;
  const int64_t leap_days = day_of_era / 1460 - day_of_era / 36524 + day_of_era / (ERA_DAYS - 1);
  const int64_t year_of_era = (day_of_era - leap_days) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t march_month = (5 * day_of_year + 2) / 153;
  *day = (unsigned)(day_of_year - (153 * march_month + 2) / 5 + 1);
  *month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
  *year = era * 400 + year_of_era + (*month <= 2);
}

unsigned calendar_longest_month(unsigned month) {
  if (month == 2) return 29;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static unsigned month_length(int64_t year, unsigned month) {
  const int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return calendar_longest_month(month) - (month == 2 && !leap);
}

/* The first set bit at or above `from`, or 64. */
static unsigned next_bit(uint64_t bits, unsigned from) {
  while (from < 64 && (bits >> from & 1) == 0) from++;
  return from;
}

/* Bit n: the nth of the month matches. */
static uint32_t matching_days(const cron_schedule *schedule, int64_t year, unsigned month) {
  const int64_t first = calendar_day_number(year, month, 1);
  const int64_t weekday = first + 4 - floor_divide(first + 4, 7) * 7; /* 1970-01-01 was a Thursday */
  const uint64_t six_weeks = schedule->weekdays * UINT64_C(0x0810204081);
  const uint32_t by_weekday = (uint32_t)(six_weeks >> weekday << 1);
  const uint32_t days =
      schedule->either_day ? schedule->days | by_weekday : schedule->days & by_weekday;
  return days & (UINT32_MAX >> (31 - month_length(year, month))) & ~UINT32_C(1);
}

/* The first matching day at or after the given one, as a day number. A date that no year has is never
** parsed, so this ends within 40 years: a 29 February that must be a Sunday, across 2100. */
static int next_day(const cron_schedule *schedule, int64_t from, int64_t *match) {
  int64_t year;
  unsigned from_month, from_day;
  date_of(from, &year, &from_month, &from_day);
  for (; year <= CALENDAR_LAST_YEAR; year++, from_month = 1, from_day = 1) {
    unsigned month = next_bit(schedule->months, from_month);
    for (; month <= 12; month = next_bit(schedule->months, month + 1)) {
      const unsigned day =
          next_bit(matching_days(schedule, year, month), month == from_month ? from_day : 1);
      if (day > 31) continue;
      *match = calendar_day_number(year, month, day);
      return 0;
    }
  }
  return -1;
}

/* The first matching second of a day at or after the given one, or -1. */
static int64_t next_second(const cron_schedule *schedule, unsigned from) {
  const unsigned from_hour = from / 3600, from_minute = from / 60 % 60, from_second = from % 60;
  unsigned hour = next_bit(schedule->hours, from_hour);
  for (; hour < 24; hour = next_bit(schedule->hours, hour + 1)) {
    const int same_hour = hour == from_hour;
    unsigned minute = next_bit(schedule->minutes, same_hour ? from_minute : 0);
    for (; minute < 60; minute = next_bit(schedule->minutes, minute + 1)) {
      const int same_minute = same_hour && minute == from_minute;
      const unsigned second = next_bit(schedule->seconds, same_minute ? from_second : 0);
      if (second < 60) return (int64_t)hour * 3600 + minute * 60 + second;
    }
  }
  return -1;
}

int cron_next_wall_clock(const cron_schedule *schedule, int64_t wall, int64_t *match) {
  const int64_t today = floor_divide(wall, CALENDAR_DAY);
  int64_t day;
  if (next_day(schedule, today, &day) != 0) return -1;
  int64_t second = next_second(schedule, day > today ? 0 : (unsigned)(wall - today * CALENDAR_DAY));
  if (second < 0) {
    if (next_day(schedule, today + 1, &day) != 0) return -1;
    second = next_second(schedule, 0);
  }
  *match = day * CALENDAR_DAY + second;
  return 0;
}
