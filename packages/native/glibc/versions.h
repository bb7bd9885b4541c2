/*
** Put in front of every source of a prebuilt binary for glibc: the versions that glibc 2.17 had of the functions
** that got a newer one since (2.32: pthread_sigmask; 2.34: the others, which moved into libc.so.6 then). Without
** it they are those of the machine that builds. scripts/elf.mjs refuses a binary that needs another one.
*/
#ifndef HONKER_GLIBC_VERSIONS_H
#define HONKER_GLIBC_VERSIONS_H

#if defined __x86_64__
#define GLIBC_FIRST "GLIBC_2.2.5"
#define GLIBC_CONDATTR_SETCLOCK "GLIBC_2.3.3"
#elif defined __aarch64__
#define GLIBC_FIRST "GLIBC_2.17"
#define GLIBC_CONDATTR_SETCLOCK "GLIBC_2.17"
#endif

__asm__(".symver dlopen, dlopen@" GLIBC_FIRST);
__asm__(".symver dlsym, dlsym@" GLIBC_FIRST);
__asm__(".symver pthread_condattr_setclock, pthread_condattr_setclock@" GLIBC_CONDATTR_SETCLOCK);
__asm__(".symver pthread_create, pthread_create@" GLIBC_FIRST);
__asm__(".symver pthread_join, pthread_join@" GLIBC_FIRST);
__asm__(".symver pthread_sigmask, pthread_sigmask@" GLIBC_FIRST);

#endif
