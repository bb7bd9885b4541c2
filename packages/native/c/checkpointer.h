/*
** A thread that copies a file's -wal into it, so that no commit waits for the disk: of a commit that makes a
** checkpoint itself, nearly all the time is the two flushes.
*/
#ifndef HONKER_CHECKPOINTER_H
#define HONKER_CHECKPOINTER_H

#include "connection.h"

typedef struct checkpointer checkpointer;

/* For the file that the connection has open as "main". After so many pages in the -wal a checkpoint takes the
** writers' lock for the last of them, so that the -wal begins again. NULL if no thread can be had. */
checkpointer *checkpointer_start(const honker_connection *connection, int restart_pages);

/* Asks for a checkpoint, which comes soon, and after whatever is committed by now. */
void checkpointer_request(checkpointer *c);
/* Waits for what was asked for. Returns how the last checkpoint ended. */
int checkpointer_finish(checkpointer *c);

/* Waits for the end of the one that is under way. */
void checkpointer_stop(checkpointer *c);

#endif
