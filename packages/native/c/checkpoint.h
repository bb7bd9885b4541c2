#ifndef HONKER_CHECKPOINT_H
#define HONKER_CHECKPOINT_H

#include "connection.h"

/* Stops the connection's checkpoints, and waits for the end of one that is under way. */
void checkpoint_release(honker_connection *connection);

#endif
