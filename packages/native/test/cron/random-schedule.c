#include "random-schedule.h"

#include <stdio.h>
#include <string.h>

/* splitmix64 */
uint64_t random_below(uint64_t *state, uint64_t bound) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return (z ^ z >> 31) % bound;
}

typedef struct drawing {
  uint64_t *state;
  char *text;
  size_t room;
} drawing;

static int below(drawing *to, int bound) { return (int)random_below(to->state, (uint64_t)bound); }

static void append(drawing *to, const char *text) {
  const size_t length = strlen(text);
  if (length >= to->room) return;
  memcpy(to->text, text, length + 1);
  to->text += length;
  to->room -= length;
}

typedef struct range {
  int first, last;
  const char *names;
} range;

static const range second_range = {0, 59, ""}, minute_range = {0, 59, ""}, hour_range = {0, 23, ""},
                   day_range = {1, 31, ""},
                   month_range = {1, 12, "janFebMARaprMayJUNjulAugSEPoctNovDEC"},
                   weekday_range = {0, 6, "SUNmonTueWEDthuFriSAT"};

static void append_value(drawing *to, const range *of, int value, int may_be_seven) {
  char text[16];
  if (of->names[0] != '\0' && below(to, 2) == 0) {
    snprintf(text, sizeof text, "%.3s", of->names + (value - of->first) * 3);
  } else if (may_be_seven && value == 0 && below(to, 2) == 0) {
    snprintf(text, sizeof text, "7");
  } else {
    snprintf(text, sizeof text, below(to, 8) == 0 ? "%02d" : "%d", value);
  }
  append(to, text);
}

static int draw_step(drawing *to, const range *of) {
  char text[16];
  const int span = of->last - of->first + 1;
  const int step = 1 + below(to, below(to, 3) == 0 ? span : span / 3 + 1);
  snprintf(text, sizeof text, "/%d", step);
  append(to, text);
  return step;
}

static void draw_item(drawing *to, const range *of, int near, char *matching) {
  const int is_weekday = of == &weekday_range, span = of->last - of->first + 1;
  const int low = below(to, 2) ? near : of->first + below(to, span);
  int high = low, step = 1;
  switch (below(to, 6)) {
    case 0: /* from here to the end */
      append_value(to, of, low, is_weekday);
      step = draw_step(to, of);
      high = of->last;
      break;
    case 1:
    case 2:
      high = low + below(to, of->last - low + 1);
      append_value(to, of, low, 0);
      append(to, "-");
      if (is_weekday && high == 6 && below(to, 2)) {
        append(to, low == 0 || below(to, 2) ? "7" : "Sun"); /* SUN-SUN is one day */
        high = 7;
      } else {
        append_value(to, of, high, 0);
      }
      if (below(to, 2)) step = draw_step(to, of);
      break;
    default:
      append_value(to, of, low, is_weekday);
  }
  for (int value = low; value <= high; value += step) matching[is_weekday ? value % 7 : value] = 1;
}

/* Returns whether the field begins with a star. */
static int draw_field(drawing *to, const range *of, int near, int stars_of_eight, char *matching) {
  const int star = below(to, 8) < stars_of_eight;
  int step = 1;
  if (star) {
    append(to, "*");
    if (below(to, 3) == 0) step = draw_step(to, of);
    for (int value = of->first; value <= of->last; value += step) matching[value] = 1;
  }
  for (int items = star ? below(to, 8) == 0 : 1 + below(to, 2) * below(to, 4), first = !star; items > 0; items--) {
    if (!first) append(to, ",");
    first = 0;
    draw_item(to, of, near, matching);
  }
  append(to, of == &weekday_range ? "" : below(to, 6) == 0 ? " \t " : " ");
  return star;
}

void random_schedule_draw(uint64_t *state, oracle_time near, int with_seconds, random_schedule *drawn) {
  memset(drawn, 0, sizeof *drawn);
  drawing to = {state, drawn->text, sizeof drawn->text};
  oracle_schedule *const m = &drawn->meaning;
  if (with_seconds) {
    draw_field(&to, &second_range, near.second, 3, m->second);
  } else {
    m->second[0] = 1;
  }
  draw_field(&to, &minute_range, near.minute, 3, m->minute);
  draw_field(&to, &hour_range, near.hour, 3, m->hour);
  m->day_begins_with_star = draw_field(&to, &day_range, near.day, 6, m->day);
  draw_field(&to, &month_range, near.month, 6, m->month);
  m->weekday_begins_with_star = draw_field(&to, &weekday_range, near.weekday, 6, m->weekday);
}
