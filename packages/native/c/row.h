/* The current row of a statement as a JSON object, its keys the column names. */
#ifndef HONKER_ROW_H
#define HONKER_ROW_H

#include "json_writer.h"
#include "statements.h"

void write_row(json_writer *json, const statement *use);

#endif
