/*
** The cached statements of a connection. Each is prepared once, on first use
** (SQLITE_PREPARE_PERSISTENT), and always reset before the function that used it returns.
**
** All must be finalised before sqlite3_close counts open statements, and function and client-data
** destructors run too late for that: better-sqlite3 then reports success and leaks the file. The
** one hook that runs early enough in every SQLite is xDisconnect of an eponymous virtual table;
** it is the table honker_statements, which also lists the cache: SELECT sql, uses FROM
** honker_statements. After a close that failed, the next statement connects it again.
**
** A use reads straight on; errors stick to it, and statement_close() tells the first:
**
**   statement use;
**   statement_open(&use, connection, STATEMENT_CANCEL);
**   bind_integer(&use, 1, id);
**   statement_run(&use);
**   rc = statement_close(&use);
*/
#ifndef HONKER_STATEMENTS_H
#define HONKER_STATEMENTS_H

#include "../vendor/sqlite/sqlite3ext.h"

struct honker_connection;

/* Rows of STATEMENT_ENQUEUE_MANY. */
#define ENQUEUE_MANY_ROWS 64

typedef enum statement_id {
#define STATEMENT(id, sql) STATEMENT_##id,
#include "statements.def"
#undef STATEMENT
  STATEMENT_COUNT
} statement_id;

typedef struct statement_slot {
  sqlite3_stmt *prepared;
  int busy; /* in use further down the stack: a trigger of this statement called us again */
  sqlite3_int64 uses;
} statement_slot;

typedef struct statement {
  struct honker_connection *connection;
  sqlite3_stmt *prepared;
  statement_slot *slot; /* NULL: a private copy, because the cached one was busy */
  int rc;               /* the first error, or SQLITE_OK */
} statement;

void statement_open(statement *use, struct honker_connection *connection, statement_id id);

/* Makes sure that statement_open() will not need to prepare it. */
int statement_prepare(struct honker_connection *connection, statement_id id);

/* Binds borrow: text must live until statement_close(). */
void bind_integer(statement *use, int index, sqlite3_int64 value);
void bind_text(statement *use, int index, const char *text, sqlite3_int64 length);
void bind_value(statement *use, int index, sqlite3_value *value);

/* 1 when there is a row to read. */
int statement_step(statement *use);
/* Steps to the end: SQLite checkpoints the WAL only after a statement that was stepped to
** SQLITE_DONE. */
void statement_run(statement *use);
/* A column's text, malloc'ed and NUL-terminated, or NULL when memory has run out. */
char *statement_copy_text(const statement *use, int column, sqlite3_int64 *length);
/* Resets, gives the statement back, and returns the first error of its use. */
int statement_close(statement *use);

/* statement_open, _run and _close of a statement without parameters. */
int statement_execute(struct honker_connection *connection, statement_id id);

void statements_finalize(struct honker_connection *connection);

/* Registers honker_statements; SQLite then owns the connection state and frees it at the end. */
int statements_register_table(struct honker_connection *connection, void (*destroy)(void *));

#endif
