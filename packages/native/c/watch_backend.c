#include "watch_backend.h"

#include <stdio.h>
#include <string.h>

static int is_either(const char *name, const char *one, const char *other) {
  return strcmp(name, one) == 0 || strcmp(name, other) == 0;
}

const watch_backend *watch_backend_named(const char *name, char *err, size_t errlen) {
  if (name == NULL || name[0] == '\0' || is_either(name, "polling", "poll")) return &watch_polling;
  if (is_either(name, "kernel", "kernel-watcher")) {
#ifdef __linux__
    return &watch_linux;
#else
    snprintf(err, errlen, "watcher backend %s requires Linux, for inotify", name);
    return NULL;
#endif
  }
  if (is_either(name, "shm", "shm-fast-path")) {
    snprintf(err, errlen,
             "watcher backend %s requires mapping the -shm file, which only SQLite may open: closing it would drop "
             "the locks that this process holds",
             name);
    return NULL;
  }
  snprintf(err, errlen, "unknown watcher backend %s", name);
  return NULL;
}
