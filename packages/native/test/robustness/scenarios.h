/* Every SQL function, each on the paths that differ in what they allocate or write. */
#ifndef HONKER_TEST_SCENARIOS_H
#define HONKER_TEST_SCENARIOS_H

#include <stddef.h>

typedef struct scenario {
  const char *setup; /* makes the database, once */
  const char *first; /* on each connection, before the call; NULL: nothing. May begin a transaction. */
  const char *call;  /* what is to be all or nothing */
} scenario;

extern const scenario scenarios[];
extern const size_t scenario_count;

#endif
