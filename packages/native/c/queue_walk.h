/*
** A walk over the names of all queues that have jobs, live or dead, in order:
**
**   queue_walk walk = {.connection = connection};
**   while (queue_walk_next(&walk)) walk.rc = …(walk.queue);
**   rc = queue_walk_close(&walk);
*/
#ifndef HONKER_QUEUE_WALK_H
#define HONKER_QUEUE_WALK_H

#include "connection.h"

typedef struct queue_walk {
  honker_connection *connection;
  sqlite3_value *queue;
  int rc; /* anything but SQLITE_OK ends the walk */
} queue_walk;

int queue_walk_next(queue_walk *walk);
int queue_walk_close(queue_walk *walk);

#endif
