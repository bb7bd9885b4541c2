#include "private_connection.h"

#include "platform.h"

static PLATFORM_THREAD_LOCAL int is_opening;

int private_connection_is_opening(void) { return is_opening; }

int private_connection_open(const sqlite3_api_routines *sqlite3_api, const char *path, const char *vfs, sqlite3 **db) {
  *db = NULL;
  if (!sqlite3_threadsafe()) return SQLITE_MISUSE; /* its globals have no mutexes: no thread but the host's */
  is_opening = 1;
  const int rc = sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs);
  is_opening = 0;
  return rc;
}
