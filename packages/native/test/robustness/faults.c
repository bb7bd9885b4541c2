#define _DEFAULT_SOURCE /* POSIX clocks under -std=c11 */
#include "faults.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static _Thread_local fault_kind armed_kind = FAULT_KINDS;
static _Thread_local long countdown;
static _Thread_local long faults;
static _Thread_local int is_paused;
static atomic_long live_blocks;

void faults_arm(fault_kind kind, long n) {
  armed_kind = kind;
  countdown = n;
  faults = 0;
}

long faults_disarm(void) {
  armed_kind = FAULT_KINDS;
  return faults;
}

void faults_pause(int paused) { is_paused = paused; }

static int is_due(fault_kind once, fault_kind from_then_on) {
  if (is_paused || (armed_kind != once && armed_kind != from_then_on)) return 0;
  if (countdown > 0) countdown--;
  const int due = countdown == 0 && (armed_kind == from_then_on || faults == 0);
  faults += due;
  return due;
}

int faults_memory_is_due(void) { return is_due(FAULT_MEMORY_ONCE, FAULT_MEMORY_FROM_THEN_ON); }

int faults_io_is_due(fault_kind *kind) {
  *kind = armed_kind;
  return is_due(FAULT_IO_ONCE, FAULT_IO_FROM_THEN_ON);
}

long faults_live_blocks(void) { return atomic_load(&live_blocks); }

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *block);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_gettimeofday(struct timeval *now, void *zone);

static void *counted(void *block) {
  if (block != NULL) atomic_fetch_add(&live_blocks, 1);
  return block;
}

void *__wrap_malloc(size_t size) { return faults_memory_is_due() ? NULL : counted(__real_malloc(size)); }

void *__wrap_calloc(size_t count, size_t size) {
  return faults_memory_is_due() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size) {
  if (faults_memory_is_due()) return NULL;
  void *const moved = __real_realloc(block, size);
  return block == NULL ? counted(moved) : moved;
}

char *__wrap_strdup(const char *text) {
  char *const copy = __wrap_malloc(strlen(text) + 1);
  return copy == NULL ? NULL : strcpy(copy, text);
}

void __wrap_free(void *block) {
  if (block != NULL) atomic_fetch_sub(&live_blocks, 1);
  __real_free(block);
}

#define STANDING_STILL 1800000000

int __real_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now) {
  if (clock != CLOCK_REALTIME) return __real_clock_gettime(clock, now);
  now->tv_sec = STANDING_STILL;
  now->tv_nsec = 0;
  return 0;
}

int __wrap_gettimeofday(struct timeval *now, void *zone) {
  (void)zone;
  now->tv_sec = STANDING_STILL;
  now->tv_usec = 0;
  return 0;
}
