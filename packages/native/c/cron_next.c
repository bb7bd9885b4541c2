/*
** When a schedule fires, in a zone whose clock is put forward and back. The system is only ever
** asked what the clock shows at a moment; changes of the clock are found by asking twice.
**
** Two of them are never closer than MIN_BETWEEN_CHANGES (the closest in the tz database are 95 hours
** apart, Freetown 1939, and a week since 1970), and none moves the clock by more than a day (the date
** line moved across Kwajalein and Samoa). So a window of up to that length holds one change or
** none, and holds none if the offset is the same at both ends.
*/
#include "cron_calendar.h"
#include "platform.h"

#define MIN_BETWEEN_CHANGES (3 * CALENDAR_DAY)
/* No zone is or was further from UTC: Manila was at -15:56 until 1844, Juneau at +15:02. */
#define LARGEST_OFFSET (16 * 3600)

/* 0001-01-01 00:00:00 to 9999-12-31 23:59:59, UTC. */
#define FIRST_FROM INT64_C(-62135596800)
#define LAST_FROM INT64_C(253402300799)

const char *cron_failure(int code) {
  if (code == CRON_FROM_OUT_OF_RANGE) return "from must be in the years 1 to 9999, as Unix seconds";
  if (code == CRON_NO_MORE) return "the schedule doesn't fire again before the year 10000";
  return "the system can't tell the local time";
}

/* What the local clock shows at a moment, less what a clock at UTC shows. */
static int offset_at(int64_t unix_s, int64_t *offset) {
  struct tm local;
  if (platform_local_time(unix_s, &local) != 0) return CRON_NO_LOCAL_TIME;
  const int64_t day =
      calendar_day_number((int64_t)local.tm_year + 1900, (unsigned)local.tm_mon + 1, (unsigned)local.tm_mday);
  *offset = day * CALENDAR_DAY + local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec - unix_s;
  return CRON_OK;
}

/* A stretch of time, at most MIN_BETWEEN_CHANGES long: the offset `before` holds from its start, and
** `after` from `change` on, which lies after the start. Without a change they are equal. */
typedef struct clock_window {
  int64_t before;
  int64_t after;
  int64_t change;
} clock_window;

static int look_at_clock(int64_t start, int64_t end, clock_window *window) {
  int rc = offset_at(start, &window->before);
  if (rc == CRON_OK) rc = offset_at(end, &window->after);
  while (rc == CRON_OK && window->before != window->after && end - start > 1) {
    const int64_t middle = start + (end - start) / 2;
    int64_t offset = 0;
    rc = offset_at(middle, &offset);
    if (offset == window->before) {
      start = middle;
    } else {
      end = middle;
    }
  }
  window->change = end;
  return rc;
}

/* The latest time that the clock has shown up to a moment: while it repeats an hour, that is the end
** of the first showing. */
static int latest_shown(int64_t at, int64_t *wall) {
  clock_window day;
  const int rc = look_at_clock(at - CALENDAR_DAY, at, &day);
  if (rc != CRON_OK) return rc;
  const int64_t before_change = day.change - 1 + day.before;
  *wall = at + day.after;
  if (day.before > day.after && before_change > *wall) *wall = before_change;
  return CRON_OK;
}

/* The first moment at which the clock shows this time or a later one. */
static int first_shown(int64_t wall, int64_t *at) {
  clock_window window;
  const int rc = look_at_clock(wall - LARGEST_OFFSET, wall + LARGEST_OFFSET, &window);
  if (rc != CRON_OK) return rc;
  *at = wall - window.before;
  if (window.before == window.after || *at < window.change) return CRON_OK;
  *at = wall - window.after > window.change ? wall - window.after : window.change;
  return CRON_OK;
}

static int next_named_hour(const cron_schedule *schedule, int64_t from, int64_t *next) {
  int64_t wall;
  int rc = latest_shown(from, &wall);
  if (rc != CRON_OK) return rc;
  if (cron_next_wall_clock(schedule, wall + 1, &wall) != 0) return CRON_NO_MORE;
  return first_shown(wall, next);
}

/* Goes on by a day without a match at least, or to the next change of the clock, and over all that
** lies far from a match at once. */
static int next_of_every_hour(const cron_schedule *schedule, int64_t from, int64_t *next) {
  int64_t at = from + 1;
  for (;;) {
    clock_window day;
    int64_t match;
    const int rc = look_at_clock(at, at + CALENDAR_DAY, &day);
    if (rc != CRON_OK) return rc;
    if (cron_next_wall_clock(schedule, at + day.before, &match) != 0) return CRON_NO_MORE;
    const int64_t ahead = match - (at + day.before);
    const int64_t unchanged = day.before == day.after ? CALENDAR_DAY : day.change - 1 - at;
    if (ahead <= unchanged) {
      *next = at + ahead;
      return CRON_OK;
    }
    if (day.before != day.after) {
      at = day.change;
    } else {
      /* Two days less: however the clock is changed in between, it can't get to the match. */
      at += ahead > 3 * CALENDAR_DAY ? ahead - 2 * CALENDAR_DAY : CALENDAR_DAY;
    }
  }
}

int cron_next_after(const cron_schedule *schedule, int64_t from, int64_t *next) {
  if (from < FIRST_FROM || from > LAST_FROM) return CRON_FROM_OUT_OF_RANGE;
  if (schedule->every_s > 0) {
    if (schedule->every_s > LAST_FROM - from) return CRON_NO_MORE;
    *next = from + schedule->every_s;
    return CRON_OK;
  }
  const int every_hour = schedule->hours == 0xFFFFFF;
  const int rc = every_hour ? next_of_every_hour(schedule, from, next) : next_named_hour(schedule, from, next);
  /* A made-up zone that changes its clock twice in a day, or a host that changes TZ during the call,
  ** must not send the caller's loop round forever. */
  if (rc == CRON_OK && *next <= from) return CRON_NO_LOCAL_TIME;
  return rc;
}
