"""Forks while threads look at the database and copy its -wal. Arguments: extension, database; prints how each child ended."""

import ctypes
import json
import os
import signal
import sqlite3
import sys

extension, path = sys.argv[1:]
connection = sqlite3.connect(path, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("CREATE TABLE t (x)")
connection.enable_load_extension(True)
connection.load_extension(extension)
connection.execute("SELECT honker_wal_autocheckpoint(1)").fetchall()

library = ctypes.CDLL(extension)
library.honker_watcher_open_v2.restype = ctypes.c_void_p
library.honker_watcher_open_v2.argtypes = [
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_uint64,
    ctypes.c_char_p,
    ctypes.c_size_t,
]
library.honker_watcher_close.argtypes = [ctypes.c_void_p]
error = ctypes.create_string_buffer(200)
# Each interval has a thread of its own.
watchers = [library.honker_watcher_open_v2(path.encode(), b"polling", ms, error, 200) for ms in (1, 2, 3, 4)]

ends = []
for _ in range(500):
    connection.execute("INSERT INTO t VALUES (1)")
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # a lock that some thread held when the process was forked is held for ever
        sqlite3.connect(path).execute("SELECT count(*) FROM t").fetchall()
        connection.close()  # as the interpreter does at its end
        os._exit(0)
    ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    if ends[-1] != 0:
        break
for watcher in watchers:
    library.honker_watcher_close(watcher)
print(json.dumps(sorted(set(ends))))
