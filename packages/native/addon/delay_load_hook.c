/*
** On Windows an addon names the program that it imports Node-API from, and that is node.exe. The import is
** delayed until its first call, and then taken from the program that runs, whatever that is called: bun.exe,
** deno.exe.
*/
#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <delayimp.h>
#include <string.h>

static FARPROC WINAPI find_host(unsigned event, PDelayLoadInfo info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return NULL;
  return (FARPROC)GetModuleHandleW(NULL);
}

const PfnDliHook __pfnDliNotifyHook2 = find_host;
#endif
