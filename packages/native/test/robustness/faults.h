/*
** Faults on demand: the n-th allocation of this thread fails (or that and every later one), or the
** n-th write to a file does. Linked with -Wl,--wrap for malloc and its like, so that SQLite's
** allocations and the extension's are counted alike; and for the clocks, which stand still, so that two
** runs of one call write the same rows.
*/
#ifndef HONKER_TEST_FAULTS_H
#define HONKER_TEST_FAULTS_H

#include <stddef.h>

typedef enum fault_kind {
  FAULT_MEMORY_ONCE,
  FAULT_MEMORY_FROM_THEN_ON,
  FAULT_IO_ONCE,         /* SQLITE_IOERR_WRITE and its like */
  FAULT_IO_FROM_THEN_ON, /* SQLITE_FULL: a full disk stays full */
  FAULT_KINDS
} fault_kind;

/* What happens from now until faults_disarm(), which returns how many faults there were. */
void faults_arm(fault_kind kind, long n);
long faults_disarm(void);
/* For what the test itself does in between. */
void faults_pause(int paused);
/* Whether the next allocation, or the next write, is to fail. */
int faults_memory_is_due(void);
int faults_io_is_due(fault_kind *kind);

/* How many blocks are allocated, in all threads. */
long faults_live_blocks(void);

/* Makes a VFS the default that is the system's, with faults in writes, syncs and truncations. */
int faults_install_vfs(void);

#endif
