/*
** Ways of watching a database file: when is it worth asking SQLite whether something was committed?
**
** A backend only chooses the moments. watched_file.c asks, on its thread: in a loop, wait() and then
** one look at PRAGMA data_version.
*/
#ifndef HONKER_WATCH_BACKEND_H
#define HONKER_WATCH_BACKEND_H

#include <stddef.h>
#include <stdint.h>

typedef struct watch_backend {
  /* What an interval of 0 means. */
  uint32_t interval_ms;
  /* Returns the state that the others get, or NULL, with a message. `database` is an absolute path and
  ** outlives the state; the backend never opens that file nor its -wal and -shm. Every commit that
  ** begins to be visible after this has returned is followed by an end of wait(). */
  void *(*open)(const char *database, uint64_t interval_us, char *err, size_t errlen);
  /* Returns 0 when it is time to look, 1 once interrupted. Called on one thread, and told whether the
  ** last look found a commit. */
  int (*wait)(void *state, int changed);
  /* Ends wait() for good. From any thread, before close(). */
  void (*interrupt)(void *state);
  void (*close)(void *state);
} watch_backend;

/* Looks at an interval: works everywhere, each ms by default, and less often while nothing is committed. */
extern const watch_backend watch_polling;
#ifdef __linux__
/* Looks when the kernel tells of a write, and at an interval for what it missed. */
extern const watch_backend watch_linux;
#endif

/* NULL for one that is unknown or that this build hasn't got, with a message. */
const watch_backend *watch_backend_named(const char *name, char *err, size_t errlen);

#endif
