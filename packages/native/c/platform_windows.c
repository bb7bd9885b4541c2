#ifdef _WIN32
#include "platform.h"

#include <errno.h>
#include <stdlib.h>

int64_t platform_unix_seconds(void) {
  FILETIME now;
  GetSystemTimePreciseAsFileTime(&now);
  const uint64_t ticks = ((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime;
  return (int64_t)(ticks / 10000000u) - 11644473600; /* 1601 to 1970 */
}

/* Not localtime_s: it ends in the year 3000 and applies the present rules of daylight saving to every
** year. This reaches from 1601 and takes each year's own rules; like all of Windows it goes by the
** system's zone, not by TZ. */
int platform_local_time(int64_t unix_s, struct tm *local) {
  if (unix_s < -11644473600 || unix_s > 253402400000) return -1;
  const uint64_t ticks = (uint64_t)(unix_s + 11644473600) * 10000000u; /* 1601 to 1970 */
  const FILETIME file_time = {(DWORD)ticks, (DWORD)(ticks >> 32)};
  SYSTEMTIME utc, shown;
  if (!FileTimeToSystemTime(&file_time, &utc)) return -1;
  if (!SystemTimeToTzSpecificLocalTimeEx(NULL, &utc, &shown)) return -1;
  *local = (struct tm){.tm_year = shown.wYear - 1900,
                       .tm_mon = shown.wMonth - 1,
                       .tm_mday = shown.wDay,
                       .tm_hour = shown.wHour,
                       .tm_min = shown.wMinute,
                       .tm_sec = shown.wSecond};
  return 0;
}

uint64_t platform_monotonic_us(void) {
  LARGE_INTEGER frequency, count;
  QueryPerformanceFrequency(&frequency);
  QueryPerformanceCounter(&count);
  const uint64_t ticks = (uint64_t)count.QuadPart, per_second = (uint64_t)frequency.QuadPart;
  return ticks / per_second * 1000000u + ticks % per_second * 1000000u / per_second;
}

void platform_sleep_us(uint64_t us) { Sleep((DWORD)((us + 999u) / 1000u)); }

int platform_mutex_init(platform_mutex *mutex) {
  InitializeSRWLock(mutex);
  return 0;
}
void platform_mutex_destroy(platform_mutex *mutex) { (void)mutex; }
void platform_lock(platform_mutex *mutex) { AcquireSRWLockExclusive(mutex); }
void platform_unlock(platform_mutex *mutex) { ReleaseSRWLockExclusive(mutex); }

int platform_condition_init(platform_condition *condition) {
  InitializeConditionVariable(condition);
  return 0;
}
void platform_condition_destroy(platform_condition *condition) { (void)condition; }

int platform_wait(platform_condition *condition, platform_mutex *mutex, uint64_t timeout_us) {
  const uint64_t ms = (timeout_us + 999u) / 1000u;
  return !SleepConditionVariableSRW(condition, mutex, ms >= INFINITE ? INFINITE - 1 : (DWORD)ms, 0);
}

void platform_wake_all(platform_condition *condition) { WakeAllConditionVariable(condition); }

typedef struct thread_start {
  void (*run)(void *);
  void *argument;
} thread_start;

static DWORD WINAPI thread_main(LPVOID argument) {
  thread_start start = *(thread_start *)argument;
  free(argument);
  start.run(start.argument);
  return 0;
}

int platform_thread_start(platform_thread *thread, void (*run)(void *), void *argument) {
  thread_start *start = malloc(sizeof *start);
  if (start == NULL) return ENOMEM;
  start->run = run;
  start->argument = argument;
  *thread = CreateThread(NULL, 0, thread_main, start, 0, NULL);
  if (*thread != NULL) return 0;
  free(start);
  return EAGAIN;
}

void platform_thread_join(platform_thread thread) {
  WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
}

int platform_around_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void)) {
  (void)before, (void)in_parent, (void)in_child; /* Windows has no fork() */
  return 0;
}

/* Unlike POSIX locks, those of Windows belong to a handle: opening and closing one of ours is safe. */
int platform_identify_file(const char *path, platform_file_identity *identity) {
  wchar_t wide[4096];
  if (MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 4096) == 0) return -1;
  const HANDLE file = CreateFileW(wide, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                  OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
  if (file == INVALID_HANDLE_VALUE) return -1;
  BY_HANDLE_FILE_INFORMATION information;
  const BOOL known = GetFileInformationByHandle(file, &information);
  CloseHandle(file);
  if (!known) return -1;
  identity->device = information.dwVolumeSerialNumber;
  identity->file = ((uint64_t)information.nFileIndexHigh << 32) | information.nFileIndexLow;
  return 0;
}
#endif
