/* What the parts of the sweep share. */
#ifndef HONKER_TEST_SWEEP_H
#define HONKER_TEST_SWEEP_H

#include "faults.h"
#include "sqlite3.h"

typedef struct variant {
  const char *name;
  fault_kind kind;
  const char *encoding;
  const char *journal; /* NULL: in memory */
} variant;

/* The case that is running, for messages. */
extern struct sweep_state {
  const variant *variant;
  const char *call;
  long n;
  long runs;
  long failures;
  long step;
  long lost_answers; /* the work was done, and its answer failed */
} now;

void complain(const char *what, const char *detail);
void die(const char *what, sqlite3 *db);
void check_blocks(long before);

int load(sqlite3 *db);
void execute(sqlite3 *db, const char *sql);
void remove_file(const char *path);

/* What outlasts the call, and so is no scenario. */
extern const char calls_swept_apart[];
void sweep_loading(const variant *v);
void sweep_auto_load(const variant *v);
void sweep_watching(const variant *v, const char *path);
void sweep_checkpoints(const variant *v, const char *path);

#endif
