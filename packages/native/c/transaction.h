/*
** All or nothing for a function of several statements: a transaction of its own (IMMEDIATE, so
** that it waits for the lock at the start and can't meet SQLITE_BUSY_SNAPSHOT in the middle), or a
** savepoint inside the caller's.
**
**   transaction unit;
**   int rc = transaction_begin(&unit, connection);
**   if (rc == SQLITE_OK) rc = …;
**   rc = transaction_end(&unit, rc);
*/
#ifndef HONKER_TRANSACTION_H
#define HONKER_TRANSACTION_H

#include "connection.h"

typedef struct transaction {
  honker_connection *connection;
  enum { TRANSACTION_NONE, TRANSACTION_OWN, TRANSACTION_SAVEPOINT } kind;
} transaction;

int transaction_begin(transaction *unit, honker_connection *connection);

/* Commits when rc is SQLITE_OK, else rolls back. Returns rc, or why the commit failed. */
int transaction_end(transaction *unit, int rc);

#endif
