/* The tables and indexes of honker in a database. */
#ifndef HONKER_SCHEMA_H
#define HONKER_SCHEMA_H

#include "connection.h"

/* Creates and migrates what is missing; takes no write lock where nothing is. */
int schema_bootstrap(honker_connection *connection);

#endif
