/* The entry point, by the name that SQLite derives from the library's. */
#ifndef HONKER_EXTENSION_H
#define HONKER_EXTENSION_H

#include "connection.h"
#include "platform.h"

HONKER_EXPORT int sqlite3_honkerext_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

#endif
