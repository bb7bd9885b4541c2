#include "cron_calendar.h"

#include <stdio.h>
#include <string.h>

typedef struct field {
  const char *name;
  const char *values;
  const char *steps;
  unsigned first;
  unsigned last; /* where `*` and an open range end */
  unsigned most; /* the largest value: above `last` only for the Sunday that is 7 */
  const char *names; /* of three letters each */
} field;

enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS };
static const field fields[FIELDS] = {
    {"second", "be 0-59", "be 1-60", 0, 59, 59, ""},
    {"minute", "be 0-59", "be 1-60", 0, 59, 59, ""},
    {"hour", "be 0-23", "be 1-24", 0, 23, 23, ""},
    {"day-of-month", "be 1-31", "be 1-31", 1, 31, 31, ""},
    {"month", "be 1-12 or JAN-DEC", "be 1-12", 1, 12, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
    {"day-of-week", "be 0-7 or SUN-SAT", "be 1-7", 0, 6, 7, "SUNMONTUEWEDTHUFRISAT"},
};

static const char *const macros[][2] = {
    {"@hourly", "0 * * * *"},    {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},    {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
};

/* Longer than the 9,999 years that cron_next_after knows, and no overflow when taken as days. */
#define FOREVER_S INT64_C(1000000000000)

/* Part of an expression. */
typedef struct slice {
  const char *at;
  size_t length;
} slice;

/* Where a message goes, and the expression that it quotes. */
typedef struct report {
  slice expression;
  char *err;
  size_t errlen;
} report;

static int is_blank(char c) { return c == ' ' || c == '\t'; }
static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

static int same_letters(const char *a, const char *b, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (upper(a[i]) != upper(b[i])) return 0;
  }
  return 1;
}

static int is_word(slice text, const char *word) {
  return text.length == strlen(word) && same_letters(text.at, word, text.length);
}

static void skip(slice *text, size_t length) {
  text->at += length;
  text->length -= length;
}

/* Takes what is before the first such character, and the character; all if there is none. */
static slice take_until(slice *text, char separator, int *found) {
  slice head = {text->at, 0};
  while (head.length < text->length && head.at[head.length] != separator) head.length++;
  *found = head.length < text->length;
  skip(text, head.length + (size_t)*found);
  return head;
}

static slice trim(slice text) {
  while (text.length > 0 && is_blank(*text.at)) skip(&text, 1);
  while (text.length > 0 && is_blank(text.at[text.length - 1])) text.length--;
  return text;
}

/* Takes the next word of a trimmed text, and leaves a trimmed text. */
static slice take_word(slice *text) {
  slice word = {text->at, 0};
  while (word.length < text->length && !is_blank(word.at[word.length])) word.length++;
  skip(text, word.length);
  *text = trim(*text);
  return word;
}

static const char *quote(slice text, char *into, size_t size) {
  const size_t shown = text.length < size ? text.length : size - 1;
  for (size_t i = 0; i < shown; i++) into[i] = text.at[i] < ' ' || text.at[i] > '~' ? '?' : text.at[i];
  into[shown] = '\0';
  if (shown < text.length) memcpy(into + shown - 3, "...", 3);
  return into;
}

static int refuse(const report *to, const char *what, const char *part, const char *must, slice given) {
  char fault[32], whole[80];
  if (given.length == 0) given = (slice){"nothing", 7};
  snprintf(to->err, to->errlen, "%s%s must %s, not %s in \"%s\"", what, part, must,
           quote(given, fault, sizeof fault), quote(to->expression, whole, sizeof whole));
  return -1;
}

/* A number above `most` is read as `most` + 1. Returns -1 if it is no number. */
static int read_number(slice text, int64_t most, int64_t *number) {
  if (text.length == 0) return -1;
  *number = 0;
  for (size_t i = 0; i < text.length; i++) {
    if (text.at[i] < '0' || text.at[i] > '9') return -1;
    *number = *number * 10 + (text.at[i] - '0');
    if (*number > most) *number = most + 1;
  }
  return 0;
}

static int read_value(const field *of, slice text, unsigned *value) {
  int64_t number;
  if (read_number(text, of->most, &number) == 0) {
    *value = (unsigned)number;
    return number >= of->first && number <= of->most ? 0 : -1;
  }
  if (text.length != 3) return -1;
  for (unsigned i = 0; of->names[i] != '\0'; i += 3) {
    if (same_letters(text.at, of->names + i, 3)) {
      *value = of->first + i / 3;
      return 0;
    }
  }
  return -1;
}

/* One of a list: a value or a range or all, and perhaps a step. */
static int read_item(const report *to, const field *of, slice item, uint64_t *bits) {
  int has_step, has_end;
  const slice range = take_until(&item, '/', &has_step);
  slice end = range;
  const slice start = take_until(&end, '-', &has_end);

  unsigned low = of->first, high = of->last;
  if (!is_word(range, "*")) {
    if (read_value(of, start, &low) != 0) return refuse(to, of->name, "", of->values, start);
    if (has_end) {
      if (read_value(of, end, &high) != 0) return refuse(to, of->name, "", of->values, end);
      if (of == &fields[WEEKDAY] && high == 0 && low > 0) high = 7;
      if (high < low) return refuse(to, of->name, " range", "run forwards", range);
    } else if (!has_step) {
      high = low;
    } else if (low > high) {
      low = of->first;
    }
  }

  int64_t step = 1;
  const int64_t most_steps = of->last - of->first + 1;
  if (has_step && (read_number(item, most_steps, &step) != 0 || step < 1 || step > most_steps)) {
    return refuse(to, of->name, " step", of->steps, item);
  }
  for (unsigned value = low; value <= high; value += (unsigned)step) *bits |= UINT64_C(1) << value;
  return 0;
}

static int read_field(const report *to, const field *of, slice text, uint64_t *bits) {
  int more = 1;
  *bits = 0;
  while (more) {
    const slice item = take_until(&text, ',', &more);
    if (read_item(to, of, item, bits) != 0) return -1;
  }
  return 0;
}

static int is_restricted(slice field_text) { return *field_text.at != '*'; }

static int read_fields(const report *to, slice text, cron_schedule *schedule) {
  slice words[FIELDS];
  size_t count = 0;
  for (; text.length > 0; count++) {
    const slice word = take_word(&text);
    if (count < FIELDS) words[count] = word;
  }
  if (count != 5 && count != 6) {
    char number[24];
    snprintf(number, sizeof number, "%u", (unsigned)count);
    return refuse(to, "a schedule", "", "have five or six fields or be a macro like @daily or @every 5s",
                  (slice){number, strlen(number)});
  }
  if (count == 5) {
    memmove(words + MINUTE, words, 5 * sizeof *words);
    words[SECOND] = (slice){"0", 1};
  }

  uint64_t bits[FIELDS];
  for (size_t i = 0; i < FIELDS; i++) {
    if (read_field(to, &fields[i], words[i], &bits[i]) != 0) return -1;
  }
  schedule->seconds = bits[SECOND];
  schedule->minutes = bits[MINUTE];
  schedule->hours = (uint32_t)bits[HOUR];
  schedule->days = (uint32_t)bits[DAY];
  schedule->months = (uint32_t)bits[MONTH];
  schedule->weekdays = (uint32_t)((bits[WEEKDAY] | bits[WEEKDAY] >> 7) & 0x7F);
  schedule->either_day = is_restricted(words[DAY]) && is_restricted(words[WEEKDAY]);
  if (schedule->either_day) return 0;

  uint32_t possible_days = 0;
  for (unsigned month = 1; month <= 12; month++) {
    if (schedule->months >> month & 1) possible_days |= UINT32_MAX >> (31 - calendar_longest_month(month));
  }
  if ((schedule->days & possible_days) != 0) return 0;
  return refuse(to, fields[DAY].name, "", "exist in one of the months", words[DAY]);
}

static int read_every(const report *to, slice interval, cron_schedule *schedule) {
  static const char units[] = "smhd";
  static const int64_t unit_s[] = {1, 60, 3600, CALENDAR_DAY};
  const char *const unit =
      interval.length > 0 ? memchr(units, interval.at[interval.length - 1], sizeof units - 1) : NULL;
  const slice digits = {interval.at, interval.length - (interval.length > 0)};
  int64_t n;
  if (unit == NULL || read_number(digits, FOREVER_S, &n) != 0 || n < 1) {
    return refuse(to, "@every", "", "be followed by a positive number and s, m, h or d", interval);
  }
  schedule->every_s = n * unit_s[unit - units];
  return 0;
}

int cron_parse(const char *text, size_t length, cron_schedule *schedule, char *err, size_t errlen) {
  const slice whole = trim((slice){text, length});
  const report to = {whole, err, errlen};
  slice rest = whole;
  memset(schedule, 0, sizeof *schedule);
  const slice name = take_word(&rest);
  if (is_word(name, "@every")) return read_every(&to, rest, schedule);
  for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
    if (rest.length == 0 && is_word(name, macros[i][0])) {
      return read_fields(&to, (slice){macros[i][1], strlen(macros[i][1])}, schedule);
    }
  }
  return read_fields(&to, whole, schedule);
}
