/* What a statement answers, as a function's result. */
#ifndef HONKER_REPLY_H
#define HONKER_REPLY_H

#include "call.h"

/* One column of the current row, as JSON. */
void write_column(json_writer *json, const statement *use, int column);
/* The current row as a JSON object, its keys the column names. */
void write_row(json_writer *json, const statement *use);

/* Runs and closes the statement, and returns its row as a JSON object, or '' if it has none; */
void call_return_row(honker_call *call, statement *use);
/* up to `limit` rows as a JSON array of objects; */
void call_return_rows(honker_call *call, statement *use, sqlite3_int64 limit);
/* how many rows it changed; */
void call_return_changes(honker_call *call, statement *use);
/* or 1 if it changed any, else 0. */
void call_return_changed(honker_call *call, statement *use);

#endif
