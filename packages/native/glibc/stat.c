/* stat() as glibc had it before 2.33: its headers called __xstat(), with the version of the struct. */
#include <sys/stat.h>

#include "versions.h"

#if defined __x86_64__
#define STAT_VERSION 1
#elif defined __aarch64__
#define STAT_VERSION 0
#endif

__asm__(".symver __xstat, __xstat@" GLIBC_FIRST);
int __xstat(int version, const char *path, struct stat *status);

int stat(const char *restrict path, struct stat *restrict status) { return __xstat(STAT_VERSION, path, status); }
