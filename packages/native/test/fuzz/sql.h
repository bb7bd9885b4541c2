/* A database in memory with the extension loaded, for the targets that need one. */
#ifndef HONKER_TEST_FUZZ_SQL_H
#define HONKER_TEST_FUZZ_SQL_H

#include "sqlite3.h"

/* Ends the program with a message, as a finding. */
_Noreturn void finding(const char *what, const char *detail);

sqlite3 *open_database(void);
void execute(sqlite3 *db, const char *sql);
sqlite3_stmt *prepare(sqlite3 *db, const char *sql);

#endif
