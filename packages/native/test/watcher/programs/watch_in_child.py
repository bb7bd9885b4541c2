"""Watches, stops, and has a fork()ed child watch. Arguments: extension, database; prints what its own inotify instances
then watch."""

import ctypes
import json
import os
import sqlite3
import sys

extension, path = sys.argv[1:]
connection = sqlite3.connect(path, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("CREATE TABLE t (x)")
connection.enable_load_extension(True)
connection.load_extension(extension)

library = ctypes.CDLL(extension)
library.honker_watcher_open.restype = ctypes.c_void_p
library.honker_watcher_close.argtypes = [ctypes.c_void_p]
error = ctypes.create_string_buffer(200)


def open_watcher():
    return library.honker_watcher_open(path.encode(), b"kernel", error, 200)


def instances():
    """Of each inotify instance of this process: how many files it watches."""
    watched = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{fd}") != "anon_inode:inotify":
                continue
        except FileNotFoundError:
            continue  # the listing's own
        with open(f"/proc/self/fdinfo/{fd}") as info:
            watched.append(sum(line.startswith("inotify wd") for line in info))
    return watched


answers = {}
for _ in range(3):
    watcher = open_watcher()
    answers["open"] = instances()
    library.honker_watcher_close(watcher)
    answers["closed"] = instances()

reader, writer = os.pipe()
ends, end = os.pipe()
child = os.fork()
if child == 0:
    open_watcher()
    os.write(writer, json.dumps(instances()).encode())
    os.close(end)
    os.read(ends, 1)
    os._exit(0)
answers["child"] = json.loads(os.read(reader, 100))
answers["parent"] = instances()
os.close(end)
os.waitpid(child, 0)
print(json.dumps(answers))
