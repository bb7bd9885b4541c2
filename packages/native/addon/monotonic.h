/* A clock that nobody sets, in microseconds. */
#ifndef HONKER_MONOTONIC_H
#define HONKER_MONOTONIC_H

#include <stdint.h>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static inline uint64_t monotonic_us(void) {
  LARGE_INTEGER count, frequency;
  QueryPerformanceCounter(&count);
  QueryPerformanceFrequency(&frequency);
  return (uint64_t)((double)count.QuadPart * 1e6 / (double)frequency.QuadPart);
}
#else
#include <time.h>

static inline uint64_t monotonic_us(void) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}
#endif

#endif
