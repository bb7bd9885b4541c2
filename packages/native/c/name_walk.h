/*
** A walk over all names of a kind (queues, topics), in order, by a statement that finds the first name
** from a given one on:
**
**   name_walk walk = {.connection = connection, .next = STATEMENT_NEXT_QUEUE};
**   while (name_walk_next(&walk)) walk.rc = …(walk.name);
**   rc = name_walk_close(&walk);
*/
#ifndef HONKER_NAME_WALK_H
#define HONKER_NAME_WALK_H

#include "connection.h"

typedef struct name_walk {
  honker_connection *connection;
  statement_id next;
  sqlite3_value *name; /* the current one */
  int rc; /* anything but SQLITE_OK ends the walk */
} name_walk;

int name_walk_next(name_walk *walk);
int name_walk_close(name_walk *walk);

#endif
