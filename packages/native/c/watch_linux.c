/*
** On Linux the kernel tells of writes, by inotify: wakes 95 µs after a commit instead of 1 ms, and
** almost nothing while the file is quiet.
**
** Watched are the directory (the -wal created, the rollback journal deleted) and, for writes, the
** database and its -wal. None of them is opened: inotify takes paths.
**
** An event isn't a commit. A commit is written to the -wal, synced perhaps, and only then made
** visible, in shared memory, of which the kernel tells nobody; in a rollback mode a lock is released
** last. So an event that finds no commit opens a window of looks: after 30 µs, each time half as
** much later, at most 1 ms for as long as the window lasts, then up to the interval: a slow disk's
** commit is seen half as late again as the disk is slow. A look that finds a commit may have come too
** early for a second one, whose events are the same; so it is followed by others too, after a gap and
** then each twice as much later.
**
** What the kernel misses (a file system that is written from another machine) is found by the look
** that comes at the interval, whatever happens. Each of these looks wakes an idle core, so their number is
** what an idle process costs: at 100 ms 0.12 % of one, at 150 ms 0.09.
*/
#ifdef __linux__
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "fork_gate.h"
#include "platform.h"
#include "watch_backend.h"

#define FIRST_STEP_US 30u
#define LONGEST_STEP_US 1000u
#define WINDOW_US 10000u
/* After a commit, deaf: under 5,000 commits/s waking for each costs half a core, this 4 %. */
#define FIRST_GAP_US 300u
#define LONGEST_GAP_US 3000u
/* So many events without a commit are a big transaction: looks by timer then cost less. */
#define ENOUGH_EVENTS 16

typedef struct linux_watch {
  uint64_t interval_us;
  int interrupted; /* an eventfd */
  int events;      /* of inotify */
  int directory;   /* watch descriptors */
  int database;
  int wal;
  int wal_unwatched; /* the -wal is there, and the kernel refused to watch it */

  uint64_t step_us;    /* until the next look */
  uint64_t window_end; /* until when a look is due each LONGEST_STEP_US at least; 0: none since the last commit */
  uint64_t gap_us;
  int rested;     /* the last look came after a gap */
  int unanswered; /* events since the last commit or timer */

  char *name; /* of the database in its directory: the end of the path below, without its suffix */
  size_t name_length;
  char wal_path[];
} linux_watch;

/* The one that was deleted is forgotten, for it may live on while a process has it open. */
static void watch_wal(linux_watch *w) {
  const int before = w->wal;
  w->wal = inotify_add_watch(w->events, w->wal_path, IN_MODIFY);
  w->wal_unwatched = w->wal < 0 && errno != ENOENT;
  if (before >= 0 && before != w->wal) inotify_rm_watch(w->events, before);
}

/* Whether an event may tell of a commit. */
static int is_ours(linux_watch *w, const struct inotify_event *event) {
  if (event->mask & IN_Q_OVERFLOW) watch_wal(w);
  if (event->wd != w->directory || event->len == 0) return 1;
  if (strncmp(event->name, w->name, w->name_length) != 0) return 0;
  const char *const suffix = event->name + w->name_length;
  if (strcmp(suffix, "-wal") == 0) {
    if (event->mask & (IN_CREATE | IN_MOVED_TO)) watch_wal(w);
    return 1;
  }
  if (strcmp(suffix, "-journal") == 0) return (event->mask & IN_DELETE) != 0; /* its creation begins a transaction */
  return suffix[0] == '\0';
}

/* Takes what the kernel has told, and returns whether any of it may be a commit. */
static int hear(linux_watch *w) {
  union {
    struct inotify_event aligned;
    char bytes[4096];
  } buffer;
  int ours = 0;
  ssize_t length;
  while ((length = read(w->events, buffer.bytes, sizeof buffer.bytes)) > 0) {
    for (ssize_t at = 0; at < length;) {
      const struct inotify_event *const event = (const void *)(buffer.bytes + at);
      ours |= is_ours(w, event);
      at += (ssize_t)(sizeof *event + event->len);
    }
  }
  return ours;
}

typedef enum doze_end { TIME, EVENT, INTERRUPT } doze_end;

static doze_end doze(const linux_watch *w, int deaf, uint64_t us) {
  struct pollfd watched[2] = {{w->interrupted, POLLIN, 0}, {w->events, POLLIN, 0}};
  const struct timespec timeout = {(time_t)(us / 1000000u), (long)(us % 1000000u) * 1000};
  if (ppoll(watched, deaf ? 1 : 2, &timeout, NULL) <= 0) return TIME;
  return watched[0].revents != 0 ? INTERRUPT : EVENT;
}

static int rest_after_commit(linux_watch *w) {
  w->gap_us = w->rested ? w->gap_us * 2u : FIRST_GAP_US;
  if (w->gap_us > LONGEST_GAP_US) w->gap_us = LONGEST_GAP_US;
  if (doze(w, 1, w->gap_us) == INTERRUPT) return 1;
  hear(w);
  w->rested = 1;
  w->unanswered = 0;
  w->window_end = 0;
  return 0;
}

static uint64_t next_step(const linux_watch *w, int in_window) {
  if (w->rested) return w->gap_us * 2u;
  const int soon = in_window || w->wal_unwatched;
  const uint64_t longest = soon && w->interval_us > LONGEST_STEP_US ? LONGEST_STEP_US : w->interval_us;
  const uint64_t step = w->step_us + (w->window_end == 0 ? w->step_us : w->step_us / 2u);
  return step < longest ? step : longest;
}

static int open_window(linux_watch *w, uint64_t now) {
  w->window_end = now + WINDOW_US;
  w->step_us = FIRST_STEP_US * 2u / 3u;
  return 0;
}

static int linux_wait(void *watching, int changed) {
  linux_watch *const w = watching;
  if (changed) return rest_after_commit(w);
  uint64_t now = platform_monotonic_us();
  const int in_window = now < w->window_end;
  w->step_us = next_step(w, in_window);
  w->rested = 0;
  if (!in_window) w->unanswered = 0;
  const int deaf = w->unanswered >= ENOUGH_EVENTS;
  for (const uint64_t until = now + w->step_us; now < until; now = platform_monotonic_us()) {
    const doze_end end = doze(w, deaf, until - now);
    if (end == INTERRUPT) return 1;
    if (end == EVENT) {
      w->unanswered++;
      if (hear(w) || w->unanswered == ENOUGH_EVENTS) return open_window(w, platform_monotonic_us());
    }
  }
  if (deaf && hear(w)) w->window_end = now + WINDOW_US;
  return 0;
}

static void linux_interrupt(void *watching) {
  const uint64_t one = 1;
  while (write(((linux_watch *)watching)->interrupted, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

/* Closing an inotify instance waits for every processor of the machine: 0.1 to 20 ms, in which an event loop that
** closes a subscription stands still. So the last one is kept for the next watcher, its watches removed. A child
** that was fork()ed since shares it with its parent, and mustn't use it. */
static _Atomic int64_t spare = -1; /* the generation above the descriptor */

static int take_spare(void) {
  const int64_t taken = atomic_exchange(&spare, -1);
  if (taken < 0 || taken >> 32 == fork_gate_generation()) return (int)taken;
  close((int)taken);
  return -1;
}

static void keep_as_spare(const linux_watch *w) {
  inotify_rm_watch(w->events, w->directory);
  inotify_rm_watch(w->events, w->database);
  inotify_rm_watch(w->events, w->wal);
  int64_t none = -1;
  const int64_t kept = (int64_t)fork_gate_generation() << 32 | w->events;
  if (!atomic_compare_exchange_strong(&spare, &none, kept)) close(w->events);
}

static void linux_close(void *watching) {
  linux_watch *const w = watching;
  if (w->events >= 0) keep_as_spare(w);
  if (w->interrupted >= 0) close(w->interrupted);
  free(w);
}

/* Returns NULL, or what to add to the message: the limit to raise, if it is one. */
static const char *start(linux_watch *w, const char *database) {
  w->events = take_spare();
  if (w->events < 0) w->events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (w->events < 0) return errno == EMFILE ? ": see /proc/sys/fs/inotify/max_user_instances and ulimit -n" : "";
  w->interrupted = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (w->interrupted < 0) return "";
  const char first = *w->name;
  *w->name = '\0';
  w->directory = inotify_add_watch(w->events, w->wal_path, IN_CREATE | IN_DELETE | IN_MOVE | IN_MOVE_SELF | IN_ONLYDIR);
  *w->name = first;
  w->database = inotify_add_watch(w->events, database, IN_MODIFY);
  if (w->directory >= 0 && w->database >= 0) watch_wal(w);
  else w->wal_unwatched = 1;
  if (!w->wal_unwatched) return NULL;
  return errno == ENOSPC ? ": see /proc/sys/fs/inotify/max_user_watches" : "";
}

static void *linux_open(const char *database, uint64_t interval_us, char *err, size_t errlen) {
  const size_t length = strlen(database);
  linux_watch *const w = calloc(1, sizeof *w + length + sizeof "-wal");
  if (w == NULL) {
    snprintf(err, errlen, "out of memory");
    return NULL;
  }
  memcpy(w->wal_path, database, length);
  memcpy(w->wal_path + length, "-wal", sizeof "-wal");
  w->name = strrchr(w->wal_path, '/') + 1; /* the path is absolute */
  w->name_length = (size_t)(w->wal_path + length - w->name);
  w->interval_us = w->step_us = interval_us;
  w->events = w->interrupted = w->directory = w->database = w->wal = -1;
  const char *const wrong = start(w, database);
  if (wrong == NULL) return w;
  snprintf(err, errlen, "cannot watch %s: inotify: %s%s", database, strerror(errno), wrong);
  linux_close(w);
  return NULL;
}

const watch_backend watch_linux = {150, linux_open, linux_wait, linux_interrupt, linux_close};
#endif
