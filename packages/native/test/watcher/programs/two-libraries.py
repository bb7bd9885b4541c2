"""Watches a file of one SQLite library while the newest connection is another's, and prints the locks that a
third process sees on it: before, while it is watched, after. Arguments: extension, backend, a directory."""

import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
import sys

extension, backend, directory = sys.argv[1:]
path = os.path.join(directory, "a.db")
first = sqlite3.connect(path, isolation_level=None)
first.enable_load_extension(True)
first.load_extension(extension)
first.execute("CREATE TABLE t (x)")


def library_file():
    with open("/proc/self/maps") as maps:
        return next(line.split()[-1] for line in maps if "libsqlite3" in line)


# A copy is loaded as a library of its own, with globals of its own: which files are open, and their locks.
second = ctypes.CDLL(shutil.copy(library_file(), directory))
other = ctypes.c_void_p()
assert second.sqlite3_open(os.path.join(directory, "b.db").encode(), ctypes.byref(other)) == 0
second.sqlite3_enable_load_extension(other, 1)
assert second.sqlite3_load_extension(other, extension.encode(), None, None) == 0

library = ctypes.CDLL(extension)
library.honker_watcher_open.restype = ctypes.c_void_p
library.honker_watcher_close.argtypes = [ctypes.c_void_p]


def locks():
    program = os.path.join(os.path.dirname(__file__), "locks.py")
    found = json.loads(subprocess.check_output([sys.executable, program, path]))
    return [kind for _, kind, pid in found["a.db"] if pid == os.getpid()]


first.execute("BEGIN EXCLUSIVE")
steps = [locks()]
error = ctypes.create_string_buffer(200)
watcher = library.honker_watcher_open(path.encode(), backend.encode(), error, len(error))
assert watcher, error.value
steps.append(locks())
library.honker_watcher_close(watcher)
steps.append(locks())
print(json.dumps(steps))
