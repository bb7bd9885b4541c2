"""The C interface by ctypes. Arguments: extension, database, backend; prints what each step returned."""

import ctypes
import json
import os
import sqlite3
import sys
import threading

extension, path, backend = sys.argv[1:]
connection = sqlite3.connect(path, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("CREATE TABLE t (x)")

library = ctypes.CDLL(extension)
error_arguments = [ctypes.c_char_p, ctypes.c_size_t]
library.honker_watcher_open.restype = ctypes.c_void_p
library.honker_watcher_open.argtypes = [ctypes.c_char_p, ctypes.c_char_p, *error_arguments]
library.honker_watcher_open_v2.restype = ctypes.c_void_p
library.honker_watcher_open_v2.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint64, *error_arguments]
library.honker_watcher_wait.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
library.honker_watcher_close.argtypes = [ctypes.c_void_p]
library.honker_watcher_close.restype = None


def open_watcher(name, size=200, poll_ms=None):
    error = ctypes.create_string_buffer(200)
    where = [path.encode(), name]
    if poll_ms is None:
        watcher = library.honker_watcher_open(*where, error, size)
    else:
        watcher = library.honker_watcher_open_v2(*where, poll_ms, error, size)
    return watcher, error.value.decode()


def commit():
    connection.execute("INSERT INTO t VALUES (1)")


steps = {}
name = backend.encode()
_, steps["unloaded"] = open_watcher(name)
connection.enable_load_extension(True)
connection.load_extension(extension)
watcher, steps["open"] = open_watcher(name)
steps["quiet"] = library.honker_watcher_wait(watcher, 0)
commit()
steps["commit"] = library.honker_watcher_wait(watcher, 50_000)

answers = []
threads = [
    threading.Thread(target=lambda: answers.append(library.honker_watcher_wait(watcher, 2**64 - 1))) for _ in range(3)
]
for thread in threads:
    thread.start()
while any(thread.is_alive() for thread in threads):  # one commit may come before a thread waits
    commit()
    for thread in threads:
        thread.join(0.01)
steps["waiters"] = answers

child = os.fork()
if child == 0:
    # No thread of the parent's is here: what was inherited is dead, and what is opened anew works.
    inherited = library.honker_watcher_wait(watcher, 50_000)
    library.honker_watcher_close(watcher)
    own, _ = open_watcher(name)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("INSERT INTO t VALUES (2)")
    seen = library.honker_watcher_wait(own, 50_000)
    library.honker_watcher_close(own)
    os._exit(0 if (inherited, seen) == (-1, 1) else 1)
steps["child"] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
while library.honker_watcher_wait(watcher, 300) == 1:
    pass
commit()
steps["parent"] = library.honker_watcher_wait(watcher, 50_000)
library.honker_watcher_close(watcher)
library.honker_watcher_close(None)

steps["null"], error = open_watcher(None)
library.honker_watcher_close(steps["null"])
steps["null"] = steps["null"] is not None
steps["unknown"] = open_watcher(b"inotify")
steps["short"] = open_watcher(b"inotify", size=8)
steps["interval"] = open_watcher(name, poll_ms=60_001)
print(json.dumps(steps))
