/*
** Loading into connections that somebody else opens.
**
** Some drivers keep a pool of connections and offer no way to load an extension into them (libsql's
** client is one). SQLite itself can: what is registered by sqlite3_auto_extension() is called for each
** connection that the same SQLite library opens from then on, in the whole process.
*/
#include "extension.h"
#include "functions.h"
#include "private_connection.h"

static int load_into_new_connection(sqlite3 *db, char **error, const sqlite3_api_routines *api) {
  if (private_connection_is_opening()) return SQLITE_OK;
  const int rc = sqlite3_honkerext_init(db, error, api);
  return rc == SQLITE_OK_LOAD_PERMANENTLY ? SQLITE_OK : rc;
}

/* honker_auto_load(): from now on every connection that this SQLite library opens has honker's functions. */
void honker_auto_load(honker_call *call) {
  HONKER_SQLITE(call->connection);
  const int rc = sqlite3_auto_extension((void (*)(void))load_into_new_connection);
  if (!call_sqlite_error(call, rc)) call_return_integer(call, 1);
}
