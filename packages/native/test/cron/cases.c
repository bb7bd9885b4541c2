/* Schedule expressions by example: what is refused and why, what means the same, what fires when. */
#define _DEFAULT_SOURCE
#include "cron.h"
#include "zone.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failures;

static const struct {
  const char *text, *message;
} refused[] = {
    {"75 * * * *", "minute must be 0-59, not 75 in \"75 * * * *\""},
    {"60 * * * * *", "second must be 0-59, not 60 in \"60 * * * * *\""},
    {"* 24 * * *", "hour must be 0-23, not 24 in \"* 24 * * *\""},
    {"* * 0 * *", "day-of-month must be 1-31, not 0 in \"* * 0 * *\""},
    {"* * 32 * *", "day-of-month must be 1-31, not 32 in \"* * 32 * *\""},
    {"* * * 13 *", "month must be 1-12 or JAN-DEC, not 13 in \"* * * 13 *\""},
    {"* * * FOO *", "month must be 1-12 or JAN-DEC, not FOO in \"* * * FOO *\""},
    {"* * * JANUARY *", "month must be 1-12 or JAN-DEC, not JANUARY in \"* * * JANUARY *\""},
    {"* * * * 8", "day-of-week must be 0-7 or SUN-SAT, not 8 in \"* * * * 8\""},
    {"MON * * * *", "minute must be 0-59, not MON in \"MON * * * *\""},
    {"-5 * * * *", "minute must be 0-59, not nothing in \"-5 * * * *\""},
    {"1- * * * *", "minute must be 0-59, not nothing in \"1- * * * *\""},
    {"1--5 * * * *", "minute must be 0-59, not -5 in \"1--5 * * * *\""},
    {"1-2-3 * * * *", "minute must be 0-59, not 2-3 in \"1-2-3 * * * *\""},
    {"1,,2 * * * *", "minute must be 0-59, not nothing in \"1,,2 * * * *\""},
    {"1, * * * *", "minute must be 0-59, not nothing in \"1, * * * *\""},
    {"** * * * *", "minute must be 0-59, not ** in \"** * * * *\""},
    {"*-5 * * * *", "minute must be 0-59, not * in \"*-5 * * * *\""},
    {"1.5 * * * *", "minute must be 0-59, not 1.5 in \"1.5 * * * *\""},
    {"+1 * * * *", "minute must be 0-59, not +1 in \"+1 * * * *\""},
    {"99999999999999999999 * * * *",
     "minute must be 0-59, not 99999999999999999999 in \"99999999999999999999 * * * *\""},
    {"? * * * *", "minute must be 0-59, not ? in \"? * * * *\""},
    {"0 0 L * *", "day-of-month must be 1-31, not L in \"0 0 L * *\""},
    {"0 0 * * MON#2", "day-of-week must be 0-7 or SUN-SAT, not MON#2 in \"0 0 * * MON#2\""},
    {"0 22-2 * * *", "hour range must run forwards, not 22-2 in \"0 22-2 * * *\""},
    {"0 0 * * FRI-MON", "day-of-week range must run forwards, not FRI-MON in \"0 0 * * FRI-MON\""},
    {"0 0 * * 7-2", "day-of-week range must run forwards, not 7-2 in \"0 0 * * 7-2\""},
    {"*/0 * * * *", "minute step must be 1-60, not 0 in \"*/0 * * * *\""},
    {"*/61 * * * *", "minute step must be 1-60, not 61 in \"*/61 * * * *\""},
    {"0 */25 * * *", "hour step must be 1-24, not 25 in \"0 */25 * * *\""},
    {"*/ * * * *", "minute step must be 1-60, not nothing in \"*/ * * * *\""},
    {"*/2/3 * * * *", "minute step must be 1-60, not 2/3 in \"*/2/3 * * * *\""},
    {"0 0 30 2 *", "day-of-month must exist in one of the months, not 30 in \"0 0 30 2 *\""},
    {"0 0 31 feb,APR-apr,6,9,11 *",
     "day-of-month must exist in one of the months, not 31 in \"0 0 31 feb,APR-apr,6,9,11 *\""},
    {"0 0 30 2 */2", "day-of-month must exist in one of the months, not 30 in \"0 0 30 2 */2\""},
    {"", "a schedule must have five or six fields or be a macro like @daily or @every 5s, not 0 in \"\""},
    {" \t ", "a schedule must have five or six fields or be a macro like @daily or @every 5s, not 0 in \"\""},
    {"1 2 3 4",
     "a schedule must have five or six fields or be a macro like @daily or @every 5s, not 4 in \"1 2 3 4\""},
    {"1 2 3 4 5 6 7",
     "a schedule must have five or six fields or be a macro like @daily or @every 5s, not 7 in \"1 2 3 4 5 6 7\""},
    {"@reboot",
     "a schedule must have five or six fields or be a macro like @daily or @every 5s, not 1 in \"@reboot\""},
    {"@daily 5",
     "a schedule must have five or six fields or be a macro like @daily or @every 5s, not 2 in \"@daily 5\""},
    {"@every", "@every must be followed by a positive number and s, m, h or d, not nothing in \"@every\""},
    {"@every 0s", "@every must be followed by a positive number and s, m, h or d, not 0s in \"@every 0s\""},
    {"@every 5", "@every must be followed by a positive number and s, m, h or d, not 5 in \"@every 5\""},
    {"@every s", "@every must be followed by a positive number and s, m, h or d, not s in \"@every s\""},
    {"@every 5M", "@every must be followed by a positive number and s, m, h or d, not 5M in \"@every 5M\""},
    {"@every 1h30m", "@every must be followed by a positive number and s, m, h or d, not 1h30m in \"@every 1h30m\""},
    {"@every 1.5s", "@every must be followed by a positive number and s, m, h or d, not 1.5s in \"@every 1.5s\""},
    {"@every -1s", "@every must be followed by a positive number and s, m, h or d, not -1s in \"@every -1s\""},
    {"\xC3\xA9\n * * * *", "minute must be 0-59, not ??? in \"??? * * * *\""},
};

static const struct {
  const char *text, *same;
} meanings[] = {
    {"@hourly", "0 * * * *"},
    {"@DAILY", "0 0 * * *"},
    {" @midnight\t", "0 0 0 * * *"},
    {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"},
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
    {"@every 2m", "@every 120s"},
    {"@every 1h", "@EVERY \t 60m "},
    {"@every 1d", "@every 24h"},
    {"*/15 * * * *", "0,15,30,45 * * * *"},
    {"1-30/10 * * * *", "1,11,21 * * * *"},
    {"5/10 * * * *", "5,15,25,35,45,55 * * * *"},
    {"5/60 * * * *", "5 * * * *"},
    {"\t05  \t 0003 * * *  ", "5 3 * * *"},
    {"5,1,5 * * * *", "1,5 * * * *"},
    {"0 0 * jan-MAR,Dec *", "0 0 * 1,2,3,12 *"},
    {"0 0 * 10/2 *", "0 0 * OCT,DEC *"},
    {"0 0 * * 7", "0 0 * * 0"},
    {"0 0 * * 5-7", "0 0 * * FRI,SAT,SUN"},
    {"0 0 * * fri-sun", "0 0 * * 0,5,6"},
    {"0 0 * * 5-0", "0 0 * * 0,5,6"},
    {"0 0 * * SUN-TUE", "0 0 * * 0-2"},
    {"0 0 * * 0-7", "0 0 * * 0-6"},
    {"0 0 * * SUN-SUN", "0 0 * * 0"},
    {"0 0 * * 1-7/2", "0 0 * * 0,1,3,5"},
    {"0 0 * * 7/2", "0 0 * * 0/2"},
    {"0 0 * * MON/2", "0 0 * * 1,3,5"},
};

/* All moments in UTC. */
static const struct {
  const char *zone, *text, *from;
  const char *fires[5];
} firings[] = {
    {"UTC", "* * * * *", "2026-11-22 10:00:00", {"2026-11-22 10:01:00", "2026-11-22 10:02:00"}},
    {"UTC", "* * * * *", "2026-11-22 10:00:59", {"2026-11-22 10:01:00"}},
    {"UTC", "*/20 30 8-9 * * *", "2026-11-22 09:30:19",
     {"2026-11-22 09:30:20", "2026-11-22 09:30:40", "2026-11-23 08:30:00"}},
    {"UTC", "@every 5s", "2026-11-22 10:00:03", {"2026-11-22 10:00:08", "2026-11-22 10:00:13"}},
    {"UTC", "0 12 31 * *", "2026-01-31 12:00:00", {"2026-03-31 12:00:00", "2026-05-31 12:00:00"}},
    {"UTC", "0 0 29 2 *", "2026-11-22 00:00:00", {"2028-02-29 00:00:00", "2032-02-29 00:00:00"}},
    {"UTC", "0 0 29 2 *", "2096-02-29 00:00:00", {"2104-02-29 00:00:00"}},
    {"UTC", "0 0 29 2 */7", "2072-03-01 00:00:00", {"2088-02-29 00:00:00", "2128-02-29 00:00:00"}},
    {"UTC", "59 23 31 12 *", "9998-12-31 23:59:00", {"9999-12-31 23:59:00"}},
    /* Either of two restricted days; both, where one begins with a star. */
    {"UTC", "0 0 13 * FRI", "2026-11-01 00:00:00",
     {"2026-11-06 00:00:00", "2026-11-13 00:00:00", "2026-11-20 00:00:00", "2026-11-27 00:00:00",
      "2026-12-04 00:00:00"}},
    {"UTC", "0 0 1-31 * FRI", "2026-11-01 00:00:00", {"2026-11-02 00:00:00"}},
    {"UTC", "0 0 */2 * FRI", "2026-11-01 00:00:00",
     {"2026-11-13 00:00:00", "2026-11-27 00:00:00", "2026-12-11 00:00:00"}},
    {"UTC", "0 0 13 * */5", "2026-11-01 00:00:00",
     {"2026-11-13 00:00:00", "2026-12-13 00:00:00", "2027-06-13 00:00:00"}},
    {"UTC", "0 0 30 2 MON", "2026-11-01 00:00:00", {"2027-02-01 00:00:00"}},
    /* Berlin, 31 March 2024: 02:00 to 03:00 are skipped, at 01:00 UTC. */
    {"Europe/Berlin", "30 2 * * *", "2024-03-30 12:00:00", {"2024-03-31 01:00:00", "2024-04-01 00:30:00"}},
    {"Europe/Berlin", "* 2 * * *", "2024-03-30 12:00:00", {"2024-03-31 01:00:00", "2024-04-01 00:00:00"}},
    {"Europe/Berlin", "15 1-3 * * *", "2024-03-31 00:00:00",
     {"2024-03-31 00:15:00", "2024-03-31 01:00:00", "2024-03-31 01:15:00", "2024-03-31 23:15:00"}},
    {"Europe/Berlin", "0 2,3 * * *", "2024-03-31 00:00:00", {"2024-03-31 01:00:00", "2024-04-01 00:00:00"}},
    {"Europe/Berlin", "30 * * * *", "2024-03-31 00:00:00", {"2024-03-31 00:30:00", "2024-03-31 01:30:00"}},
    /* Berlin, 27 October 2024: 02:00 to 03:00 come again, at 01:00 UTC. */
    {"Europe/Berlin", "30 2 * * *", "2024-10-26 12:00:00", {"2024-10-27 00:30:00", "2024-10-28 01:30:00"}},
    {"Europe/Berlin", "30 2 * * *", "2024-10-27 01:29:59", {"2024-10-28 01:30:00"}},
    {"Europe/Berlin", "*/30 1-3 * * *", "2024-10-27 00:00:00",
     {"2024-10-27 00:30:00", "2024-10-27 02:00:00", "2024-10-27 02:30:00", "2024-10-28 00:00:00"}},
    {"Europe/Berlin", "*/30 * * * *", "2024-10-27 00:00:00",
     {"2024-10-27 00:30:00", "2024-10-27 01:00:00", "2024-10-27 01:30:00", "2024-10-27 02:00:00"}},
    {"Europe/Berlin", "30 0-23 * * *", "2024-10-27 00:00:00",
     {"2024-10-27 00:30:00", "2024-10-27 01:30:00", "2024-10-27 02:30:00"}},
    {"Europe/Berlin", "@every 1h", "2024-10-27 00:30:00", {"2024-10-27 01:30:00", "2024-10-27 02:30:00"}},
    {"Europe/Berlin", "0 0 * * *", "2024-10-26 22:00:00", {"2024-10-27 23:00:00"}},
    /* Midnight itself is skipped in Santiago, 8 September 2024. */
    {"America/Santiago", "@daily", "2024-09-07 12:00:00", {"2024-09-08 04:00:00", "2024-09-09 03:00:00"}},
    /* Half an hour: Lord Howe, 7 April 2024, 01:30 to 02:00 come again at 15:00 UTC. */
    {"Australia/Lord_Howe", "45 1 * * *", "2024-04-06 12:00:00", {"2024-04-06 14:45:00", "2024-04-07 15:15:00"}},
    {"Australia/Lord_Howe", "*/15 * * * *", "2024-04-06 14:30:00",
     {"2024-04-06 14:45:00", "2024-04-06 15:00:00", "2024-04-06 15:15:00", "2024-04-06 15:30:00"}},
    {"Asia/Kolkata", "0 9 * * MON-FRI", "2024-10-25 12:00:00", {"2024-10-28 03:30:00"}},
    /* Apia had no 30 December 2011. */
    {"Pacific/Apia", "0 12 30 12 *", "2011-12-01 00:00:00", {"2011-12-30 10:00:00", "2012-12-29 22:00:00"}},
    {"Pacific/Apia", "0 12 * * *", "2011-12-29 00:00:00",
     {"2011-12-29 22:00:00", "2011-12-30 10:00:00", "2011-12-30 22:00:00"}},
    {"Pacific/Apia", "0 12 31 12 *", "2011-12-01 00:00:00", {"2011-12-30 22:00:00"}},
    /* A whole day came again: in Juneau on 18 October 1867, with offsets of odd seconds. */
    {"America/Juneau", "0 12 18 10 *", "1867-10-17 00:00:00", {"1867-10-17 20:57:41", "1868-10-18 20:57:41"}},
    /* Rules for the future. */
    {"Europe/Berlin", "30 2 * * SUN", "2199-03-25 00:00:00", {"2199-03-31 01:00:00"}},
    {"Europe/London", "0 0 1 7 *", "9998-12-01 00:00:00", {"9999-06-30 23:00:00"}},
};

static int64_t moment(const char *text) {
  struct tm utc = {0};
  if (sscanf(text, "%d-%d-%d %d:%d:%d", &utc.tm_year, &utc.tm_mon, &utc.tm_mday, &utc.tm_hour, &utc.tm_min,
             &utc.tm_sec) != 6) {
    return -1;
  }
  utc.tm_year -= 1900;
  utc.tm_mon--;
  return timegm(&utc);
}

static void fail(const char *text, const char *expected, const char *got) {
  printf("\"%s\": expected %s, got %s\n", text, expected, got);
  failures++;
}

static void test_refused(void) {
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    cron_schedule schedule;
    char why[CRON_MESSAGE] = "no error";
    cron_parse(refused[i].text, strlen(refused[i].text), &schedule, why, sizeof why);
    if (strcmp(why, refused[i].message) != 0) fail(refused[i].text, refused[i].message, why);
  }
  cron_schedule schedule;
  char why[CRON_MESSAGE];
  if (cron_parse("* * * * *\0", 10, &schedule, why, sizeof why) == 0) fail("* * * * *\\0", "an error", "none");
  if (cron_parse("75 * * * *", 10, &schedule, why, 8) == 0 || strlen(why) != 7) fail("75", "7 characters", why);
}

static void test_meanings(void) {
  for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
    cron_schedule a, b;
    char why[CRON_MESSAGE] = "";
    if (cron_parse(meanings[i].text, strlen(meanings[i].text), &a, why, sizeof why) != 0 ||
        cron_parse(meanings[i].same, strlen(meanings[i].same), &b, why, sizeof why) != 0) {
      fail(meanings[i].text, meanings[i].same, why);
    } else if (a.every_s != b.every_s || a.seconds != b.seconds || a.minutes != b.minutes || a.hours != b.hours ||
               a.days != b.days || a.months != b.months || a.weekdays != b.weekdays) {
      fail(meanings[i].text, meanings[i].same, "other values");
    }
  }
}

static void test_firings(void) {
  for (size_t i = 0; i < sizeof firings / sizeof *firings; i++) {
    use_zone(firings[i].zone);
    cron_schedule schedule;
    char why[CRON_MESSAGE] = "";
    if (cron_parse(firings[i].text, strlen(firings[i].text), &schedule, why, sizeof why) != 0) {
      fail(firings[i].text, "no error", why);
      continue;
    }
    int64_t from = moment(firings[i].from);
    for (size_t k = 0; k < 5; k++) {
      const char *const expected = firings[i].fires[k];
      if (expected == NULL) break;
      char got[64];
      const int rc = cron_next_after(&schedule, from, &from);
      snprintf(got, sizeof got, "%" PRId64 " s off, %s", from - moment(expected),
               rc == CRON_OK ? "no error" : cron_failure(rc));
      if (rc != CRON_OK || from != moment(expected)) fail(firings[i].text, expected, got);
    }
  }
}

/* Moments that no calendar reaches, and schedules that end with the calendar. */
static void test_limits(void) {
  static const struct {
    const char *text;
    int64_t from;
    int code;
  } limits[] = {
      {"* * * * *", INT64_MIN, CRON_FROM_OUT_OF_RANGE},
      {"* * * * *", INT64_MAX, CRON_FROM_OUT_OF_RANGE},
      {"@every 1s", INT64_MAX, CRON_FROM_OUT_OF_RANGE},
      {"0 3 * * *", INT64_C(-62135596801), CRON_FROM_OUT_OF_RANGE},
      {"0 3 * * *", INT64_C(-62135596800), CRON_OK},
      {"0 3 * * *", INT64_C(253402300800), CRON_FROM_OUT_OF_RANGE},
      {"0 3 * * *", INT64_C(253402300799), CRON_NO_MORE},
      {"* * * * *", INT64_C(253402300799), CRON_NO_MORE},
      {"59 23 31 12 *", INT64_C(253402300740), CRON_NO_MORE},
      {"@every 1s", INT64_C(253402300799), CRON_NO_MORE},
      {"@every 1s", INT64_C(253402300798), CRON_OK},
      {"@every 99999999999999999999d", 0, CRON_NO_MORE},
      {"* * * * *", -1, CRON_OK},
  };
  use_zone("UTC");
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    cron_schedule schedule;
    char why[CRON_MESSAGE] = "";
    int64_t next = 0;
    if (cron_parse(limits[i].text, strlen(limits[i].text), &schedule, why, sizeof why) != 0) {
      fail(limits[i].text, "no error", why);
    } else if (cron_next_after(&schedule, limits[i].from, &next) != limits[i].code) {
      fail(limits[i].text, cron_failure(limits[i].code), "another code");
    }
  }
}

/* A clock that is put back by 21 hours, and forward again an hour later: no right answer is promised,
** but none that isn't after `from`. */
static void test_absurd_zone(void) {
  setenv("TZ", "AAA3BBB24,66/0,66/1", 1);
  tzset();
  cron_schedule schedule;
  char why[CRON_MESSAGE];
  if (cron_parse("0 12 * * *", 10, &schedule, why, sizeof why) != 0) fail("0 12 * * *", "no error", why);
  for (int64_t from = 1772928000; from < 1773100800; from += 600) {
    int64_t next = INT64_MAX;
    const int rc = cron_next_after(&schedule, from, &next);
    if (rc != CRON_NO_LOCAL_TIME && next <= from) fail("an absurd zone", "a later time", "an earlier one");
  }
}

int main(void) {
  test_refused();
  test_meanings();
  test_firings();
  test_limits();
  test_absurd_zone();
  return failures > 0;
}
