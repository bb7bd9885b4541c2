/*
** What differs between operating systems: clocks, sleeping, threads, and the identity of a file.
** platform_posix.c and platform_windows.c implement it; nothing else asks which system this is.
*/
#ifndef HONKER_PLATFORM_H
#define HONKER_PLATFORM_H

#include <stdint.h>
#include <time.h>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#define HONKER_EXPORT __declspec(dllexport)
#define PLATFORM_THREAD_LOCAL __declspec(thread)
typedef SRWLOCK platform_mutex;
typedef CONDITION_VARIABLE platform_condition;
typedef HANDLE platform_thread;
#define PLATFORM_MUTEX_INIT SRWLOCK_INIT
#else
#include <pthread.h>
#define HONKER_EXPORT __attribute__((visibility("default")))
#define PLATFORM_THREAD_LOCAL _Thread_local
typedef pthread_mutex_t platform_mutex;
typedef pthread_cond_t platform_condition;
typedef pthread_t platform_thread;
#define PLATFORM_MUTEX_INIT PTHREAD_MUTEX_INITIALIZER
#endif

/* Wall clock, whole Unix seconds, read as SQLite's unixepoch() reads it. */
int64_t platform_unix_seconds(void);

/* What the clock on the wall of this process's time zone shows at a moment: year, month, day, hour,
** minute, second. Returns 0, or -1 where the system can't tell. */
int platform_local_time(int64_t unix_s, struct tm *local);

/* A clock that never steps, in microseconds. */
uint64_t platform_monotonic_us(void);

void platform_sleep_us(uint64_t us);

/* Returns 0, or an errno-like code. */
int platform_mutex_init(platform_mutex *mutex);
void platform_mutex_destroy(platform_mutex *mutex);
void platform_lock(platform_mutex *mutex);
void platform_unlock(platform_mutex *mutex);

/* Waits are measured on the monotonic clock. platform_wait returns 0 when woken (perhaps for
** nothing) and 1 when timeout_us has passed. */
int platform_condition_init(platform_condition *condition);
void platform_condition_destroy(platform_condition *condition);
int platform_wait(platform_condition *condition, platform_mutex *mutex, uint64_t timeout_us);
void platform_wake_all(platform_condition *condition);

int platform_thread_start(platform_thread *thread, void (*run)(void *), void *argument);
void platform_thread_join(platform_thread thread);

/* Calls before() at each fork(), and, before fork() returns, in_parent() or in_child(). Returns 0, or an errno-like
** code. */
int platform_around_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void));

/* Which file a path names now (device and inode, or their like); two equal identities are one
** file. Returns 0, or -1 if there is none. It asks about the path and never opens the file:
** closing a descriptor of a database drops every POSIX lock that this process holds on it. */
typedef struct platform_file_identity {
  uint64_t device;
  uint64_t file;
} platform_file_identity;
int platform_identify_file(const char *path, platform_file_identity *identity);

#endif
