"""Which locks other processes hold: prints, for each file that is named, the first bytes of each locked range.

Only another process can ask: F_GETLK never tells of one's own, and this one's opening and closing of the
files concerns nobody else's."""

import fcntl
import json
import os
import struct
import sys

FLOCK = "hhqqi0q"  # struct flock of 64-bit Linux: type, whence, start, length, pid
PENDING, RESERVED, SHARED_FIRST = 0x40000000, 0x40000001, 0x40000002
BYTES = {True: range(120, 129), False: [PENDING, RESERVED, SHARED_FIRST]}


def lock_at(descriptor, start):
    asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, start, 1, 0)
    kind, _, _, _, pid = struct.unpack(FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
    return None if kind == fcntl.F_UNLCK else [start, "write" if kind == fcntl.F_WRLCK else "read", pid]


locks = {}
for path in sys.argv[1:]:
    descriptor = os.open(path, os.O_RDWR)
    found = [lock_at(descriptor, start) for start in BYTES[path.endswith("-shm")]]
    locks[os.path.basename(path)] = [lock for lock in found if lock]
print(json.dumps(locks))
