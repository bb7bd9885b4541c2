/*
** The calendar without time zones. A wall-clock time is a number: the seconds from 1970-01-01
** 00:00:00 on the same clock, as if it were never put forward or back.
*/
#ifndef HONKER_CRON_CALENDAR_H
#define HONKER_CRON_CALENDAR_H

#include "cron.h"

#define CALENDAR_DAY 86400
#define CALENDAR_LAST_YEAR 9999

/* Days from 1970-01-01 to a date of the Gregorian calendar; month and day count from 1. */
int64_t calendar_day_number(int64_t year, unsigned month, unsigned day);

/* How long a month gets: 29 for February. */
unsigned calendar_longest_month(unsigned month);

/* The first wall-clock time at or after `wall` that the fields match. Returns 0, or -1 if there is
** none before the year 10000. */
int cron_next_wall_clock(const cron_schedule *schedule, int64_t wall, int64_t *match);

#endif
