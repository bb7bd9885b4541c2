/* Looking up functions in a shared library that the process has loaded already. */
#ifndef HONKER_LIBRARY_H
#define HONKER_LIBRARY_H

#include <string.h>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static inline void *library_open(const char *path) {
  wchar_t wide[4096];
  return MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 4096) == 0 ? NULL : LoadLibraryW(wide);
}

static inline void library_symbol(void *library, const char *name, void *function, size_t size) {
  const FARPROC symbol = GetProcAddress((HMODULE)library, name);
  memcpy(function, &symbol, size);
}
#else
#include <dlfcn.h>

static inline void *library_open(const char *path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL); }

/* ISO C has no cast from an object pointer to a function pointer; POSIX promises that they are alike. */
static inline void library_symbol(void *library, const char *name, void *function, size_t size) {
  void *const symbol = dlsym(library, name);
  memcpy(function, &symbol, size);
}
#endif

#endif
