/*
** Schedule expressions: what they say, and when they fire next. Knows nothing of SQLite, keeps
** nothing between calls, allocates nothing.
**
**   cron_schedule schedule;
**   char why[CRON_MESSAGE];
**   if (cron_parse(text, length, &schedule, why, sizeof why) != 0) …
**   const int rc = cron_next_after(&schedule, from, &next);
**   if (rc != CRON_OK) … cron_failure(rc) …
**
** An expression is one of
**
**   minute hour day-of-month month day-of-week
**   second minute hour day-of-month month day-of-week
**   @every <n>s | m | h | d           n seconds, minutes, hours or days after `from`, by elapsed time
**   @hourly @daily @midnight @weekly @monthly @yearly @annually
**
** A field is a list, separated by commas, of `*`, `a`, `a-b`, and each of them with a step: `*` and
** `a` with a step run to the field's last value, so `5/10` is 5,15,25,35,45,55. Months and days of
** the week have English names of three letters, in any case. Sunday is 0 and 7, and may end a range
** as either (`SAT-SUN`). What is most likely a slip is refused, with the field and what it takes: a
** range that runs backwards, a step that is longer than its field, a date that no year has.
**
** Day-of-month and day-of-week: both must match, unless both are restricted; then either will do. A
** field that begins with a star is not restricted, be it one with a step: the rule of every cron
** since Vixie's.
**
** Times of day are those of the process's time zone, where the clock is put forward and back:
**
** - An expression that names hours fires once for each time of day that it names. A time that the
**   clock skips fires at the first moment after the gap, as one with all others that it skipped; a
**   time that the clock shows twice fires at its first showing.
** - An expression whose hours are all 24 goes by elapsed time: it fires whenever the clock shows a
**   matching time, in both passes of a repeated hour and not at all for a skipped one. An hourly
**   job stays hourly, and one that runs every minute doesn't pause for an hour in autumn.
*/
#ifndef HONKER_CRON_H
#define HONKER_CRON_H

#include <stddef.h>
#include <stdint.h>

/* Enough for every message of cron_parse. */
#define CRON_MESSAGE 256

typedef struct cron_schedule {
  int64_t every_s;   /* not 0: the interval of @every, and no field below counts */
  uint64_t seconds;  /* bit n: the value n matches */
  uint64_t minutes;
  uint32_t hours;
  uint32_t days;     /* of the month, from bit 1 */
  uint32_t months;   /* from bit 1 */
  uint32_t weekdays; /* Sunday is bit 0 */
  int either_day;    /* whether days or weekdays will do, or both must match */
} cron_schedule;

/* Returns 0, or -1 with a message in `err`, in ASCII whatever the text was. */
int cron_parse(const char *text, size_t length, cron_schedule *schedule, char *err, size_t errlen);

enum { CRON_OK, CRON_FROM_OUT_OF_RANGE, CRON_NO_MORE, CRON_NO_LOCAL_TIME };

/* The first fire time, in Unix seconds, that is greater than `from`. */
int cron_next_after(const cron_schedule *schedule, int64_t from, int64_t *next);

/* What a code other than CRON_OK means. */
const char *cron_failure(int code);

#endif
