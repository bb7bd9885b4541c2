/* A VFS over the system's whose writes fail when faults.h says so. */
#include "faults.h"

#include <string.h>

#include "sqlite3.h"

typedef struct faulty_file {
  sqlite3_file base;
  sqlite3_file *real; /* stands behind this struct */
} faulty_file;

static sqlite3_vfs *system_vfs;
static sqlite3_vfs faulty_vfs;

static sqlite3_file *real_file(sqlite3_file *file) { return ((faulty_file *)file)->real; }

/* `error` once; a disk that is full from then on says so. */
static int fault(int error) {
  fault_kind kind;
  if (!faults_io_is_due(&kind)) return SQLITE_OK;
  return kind == FAULT_IO_FROM_THEN_ON ? SQLITE_FULL : error;
}

static int file_close(sqlite3_file *file) { return real_file(file)->pMethods->xClose(real_file(file)); }

static int file_read(sqlite3_file *file, void *to, int amount, sqlite3_int64 offset) {
  return real_file(file)->pMethods->xRead(real_file(file), to, amount, offset);
}

static int file_write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 offset) {
  const int rc = fault(SQLITE_IOERR_WRITE);
  return rc != SQLITE_OK ? rc : real_file(file)->pMethods->xWrite(real_file(file), from, amount, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  const int rc = fault(SQLITE_IOERR_TRUNCATE);
  return rc != SQLITE_OK ? rc : real_file(file)->pMethods->xTruncate(real_file(file), size);
}

static int file_sync(sqlite3_file *file, int flags) {
  const int rc = fault(SQLITE_IOERR_FSYNC);
  return rc != SQLITE_OK ? rc : real_file(file)->pMethods->xSync(real_file(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return real_file(file)->pMethods->xFileSize(real_file(file), size);
}

static int file_lock(sqlite3_file *file, int lock) { return real_file(file)->pMethods->xLock(real_file(file), lock); }

static int file_unlock(sqlite3_file *file, int lock) {
  return real_file(file)->pMethods->xUnlock(real_file(file), lock);
}

static int file_check_reserved_lock(sqlite3_file *file, int *locked) {
  return real_file(file)->pMethods->xCheckReservedLock(real_file(file), locked);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
  return real_file(file)->pMethods->xFileControl(real_file(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file) { return real_file(file)->pMethods->xSectorSize(real_file(file)); }

static int file_characteristics(sqlite3_file *file) {
  return real_file(file)->pMethods->xDeviceCharacteristics(real_file(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **map) {
  return real_file(file)->pMethods->xShmMap(real_file(file), page, size, extend, map);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return real_file(file)->pMethods->xShmLock(real_file(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) { real_file(file)->pMethods->xShmBarrier(real_file(file)); }

static int file_shm_unmap(sqlite3_file *file, int erase) {
  return real_file(file)->pMethods->xShmUnmap(real_file(file), erase);
}

static const sqlite3_io_methods file_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
  (void)vfs;
  faulty_file *const opened = (faulty_file *)file;
  opened->base.pMethods = NULL;
  opened->real = (sqlite3_file *)(opened + 1);
  const int rc = system_vfs->xOpen(system_vfs, path, opened->real, flags, out);
  if (opened->real->pMethods != NULL) opened->base.pMethods = &file_methods;
  return rc;
}

int faults_install_vfs(void) {
  system_vfs = sqlite3_vfs_find(NULL);
  faulty_vfs = *system_vfs;
  faulty_vfs.zName = "faulty";
  faulty_vfs.szOsFile = (int)sizeof(faulty_file) + system_vfs->szOsFile;
  faulty_vfs.xOpen = vfs_open;
  return sqlite3_vfs_register(&faulty_vfs, 1);
}
