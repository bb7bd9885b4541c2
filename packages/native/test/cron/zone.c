#define _DEFAULT_SOURCE
#include "zone.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *const property_zones[] = {
    "Europe/Berlin",    "America/New_York", "Australia/Sydney", "America/Santiago",
    "Australia/Lord_Howe", /* by 30 minutes */
    "Asia/Kolkata",        /* never, at +05:30 */
    "Asia/Pyongyang",      /* to +08:30 in 2015, back in 2018 */
    "Pacific/Apia",        /* without a 30 December 2011 */
    "Europe/Istanbul",     /* for good in 2016 */
    "America/Caracas",     /* by 30 minutes in 2016 */
    "Africa/Casablanca",   /* four times a year, for Ramadan */
    NULL,
};

/* Minutes from UTC on 1 January 2010 and on 1 July 2019: never 0 at both. */
static const struct {
  const char *name;
  int in_2010, in_2019;
} known[] = {
    {"Europe/Berlin", 60, 120},      {"America/New_York", -300, -240},   {"Australia/Sydney", 660, 600},
    {"America/Santiago", -180, -240}, {"Australia/Lord_Howe", 660, 630}, {"Asia/Kolkata", 330, 330},
    {"Asia/Pyongyang", 540, 540},    {"Pacific/Apia", -660, 780},        {"Europe/Istanbul", 120, 180},
    {"America/Caracas", -270, -240}, {"Africa/Casablanca", 0, 60},       {"Pacific/Kwajalein", 720, 720},
    {"America/Juneau", -540, -480},  {"Europe/London", 0, 60},
};

static int minutes_from_utc(time_t at) {
  struct tm local;
  if (localtime_r(&at, &local) == NULL) return -1;
  return (int)((timegm(&local) - at) / 60);
}

void use_zone(const char *name) {
  setenv("TZ", name, 1);
  tzset();
  if (strcmp(name, "UTC") == 0) return;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i].name, name) != 0) continue;
    if (minutes_from_utc(1262304000) == known[i].in_2010 && minutes_from_utc(1561939200) == known[i].in_2019) return;
    fprintf(stderr, "this system has no time zone data for %s: install tzdata\n", name);
    exit(2);
  }
  fprintf(stderr, "%s isn't in the table of zones whose offsets the tests know\n", name);
  exit(2);
}
