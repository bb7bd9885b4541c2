#ifndef _WIN32
#define _POSIX_C_SOURCE 200809L
#ifdef __APPLE__
#define _DARWIN_C_SOURCE 1
#endif
#include "platform.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

int64_t platform_unix_seconds(void) {
  /* Not time(): its coarse clock lags this one by up to 4 ms, so a row that a plain INSERT stamped
  ** with unixepoch() could lie in the future of a claim that follows it. */
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec;
}

int platform_local_time(int64_t unix_s, struct tm *local) {
  const time_t at = (time_t)unix_s;
  if ((int64_t)at != unix_s) return -1;
  return localtime_r(&at, local) == NULL ? -1 : 0;
}

uint64_t platform_monotonic_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

void platform_sleep_us(uint64_t us) {
  struct timespec left = {(time_t)(us / 1000000u), (long)(us % 1000000u) * 1000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

int platform_mutex_init(platform_mutex *mutex) { return pthread_mutex_init(mutex, NULL); }
void platform_mutex_destroy(platform_mutex *mutex) { pthread_mutex_destroy(mutex); }
void platform_lock(platform_mutex *mutex) { pthread_mutex_lock(mutex); }
void platform_unlock(platform_mutex *mutex) { pthread_mutex_unlock(mutex); }

int platform_condition_init(platform_condition *condition) {
#ifdef __APPLE__
  return pthread_cond_init(condition, NULL);
#else
  pthread_condattr_t attributes;
  int rc = pthread_condattr_init(&attributes);
  if (rc != 0) return rc;
  rc = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  if (rc == 0) rc = pthread_cond_init(condition, &attributes);
  pthread_condattr_destroy(&attributes);
  return rc;
#endif
}

void platform_condition_destroy(platform_condition *condition) { pthread_cond_destroy(condition); }

int platform_wait(platform_condition *condition, platform_mutex *mutex, uint64_t timeout_us) {
#ifdef __APPLE__
  struct timespec relative = {(time_t)(timeout_us / 1000000u), (long)(timeout_us % 1000000u) * 1000};
  return pthread_cond_timedwait_relative_np(condition, mutex, &relative) == ETIMEDOUT;
#else
  const uint64_t until = platform_monotonic_us() + timeout_us;
  struct timespec deadline = {(time_t)(until / 1000000u), (long)(until % 1000000u) * 1000};
  return pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT;
#endif
}

void platform_wake_all(platform_condition *condition) { pthread_cond_broadcast(condition); }

typedef struct thread_start {
  void (*run)(void *);
  void *argument;
} thread_start;

static void *thread_main(void *argument) {
  thread_start start = *(thread_start *)argument;
  free(argument);
  start.run(start.argument);
  return NULL;
}

int platform_thread_start(platform_thread *thread, void (*run)(void *), void *argument) {
  thread_start *start = malloc(sizeof *start);
  if (start == NULL) return ENOMEM;
  start->run = run;
  start->argument = argument;
  /* The host's signal handlers run on the host's threads, never on ours. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int rc = pthread_create(thread, NULL, thread_main, start);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (rc != 0) free(start);
  return rc;
}

void platform_thread_join(platform_thread thread) { pthread_join(thread, NULL); }

int platform_around_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void)) {
  return pthread_atfork(before, in_parent, in_child);
}

int platform_identify_file(const char *path, platform_file_identity *identity) {
  struct stat status;
  if (stat(path, &status) != 0) return -1;
  identity->device = (uint64_t)status.st_dev;
  identity->file = (uint64_t)status.st_ino;
  return 0;
}
#endif
