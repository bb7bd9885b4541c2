/*
** One call of a SQL function: its arguments, its result, its errors.
**
** Arguments are read first, each with the name that an error message will use. The first that is
** wrong reports itself and marks the call as failed; the getters then return harmless values, so a
** function reads all of them and asks call_failed() once, before it touches the database.
*/
#ifndef HONKER_CALL_H
#define HONKER_CALL_H

#include "connection.h"
#include "json_writer.h"

typedef struct honker_call {
  honker_connection *connection;
  sqlite3_context *context;
  sqlite3_value **arguments;
  int count;
  const char *function;
  int failed;
} honker_call;

typedef struct text_argument {
  const char *text; /* NULL: SQL NULL, where that is allowed */
  sqlite3_int64 length;
} text_argument;

/* A name (queue, worker, …): text without NUL characters. */
text_argument argument_name(honker_call *call, int index, const char *name);
/* Any text, or NULL. */
text_argument argument_text_or_null(honker_call *call, int index, const char *name);
/* Text that is valid JSON. */
text_argument argument_json(honker_call *call, int index, const char *name);

int argument_is_null(const honker_call *call, int index);
sqlite3_int64 argument_integer(honker_call *call, int index, const char *name);
/* At least 0. */
sqlite3_int64 argument_count(honker_call *call, int index, const char *name);
int argument_count_within(honker_call *call, int index, const char *name, int most);
/* `fallback` where the argument is NULL or was left out. */
sqlite3_int64 argument_integer_or(honker_call *call, int index, const char *name, sqlite3_int64 fallback);
sqlite3_int64 argument_count_or(honker_call *call, int index, const char *name, sqlite3_int64 fallback);
/* now + seconds, refusing what doesn't fit. */
sqlite3_int64 argument_from_now(honker_call *call, int index, const char *name, sqlite3_int64 now);

int call_failed(const honker_call *call);
/* "function: message", SQLITE_ERROR. */
void call_refuse(honker_call *call, const char *format, ...);
/* Reports what SQLite said; does nothing for SQLITE_OK. Returns 1 if it reported. */
int call_sqlite_error(honker_call *call, int rc);

void call_return_integer(honker_call *call, sqlite3_int64 value);
/* Takes the writer's text. */
void call_return_json(honker_call *call, json_writer *json);

#endif
