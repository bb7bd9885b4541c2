"""Closes a connection through C's sqlite3_close() while a statement of the application is open, uses the
connection again, and closes it for good. Arguments: database, extension."""

import ctypes
import ctypes.util
import os
import sys

path, extension = (argument.encode() for argument in sys.argv[1:3])
sqlite = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
db = ctypes.c_void_p()
OK, BUSY, ROW = 0, 5, 100


def check(rc, expected=OK):
    assert rc == expected, f"{rc} instead of {expected}"


def prepare(sql):
    statement = ctypes.c_void_p()
    check(sqlite.sqlite3_prepare_v2(db, sql, -1, ctypes.byref(statement), None))
    return statement


def run(sql):
    check(sqlite.sqlite3_exec(db, sql, None, None, None))


def use():
    run(b"SELECT honker_enqueue_batch('q', '[1,2,3]', NULL, NULL, NULL, NULL, NULL)")
    run(b"SELECT honker_claim_batch('q', 'w', 2, 60)")
    run(b"SELECT honker_ack_batch('[1,2]', 'w')")
    run(b"SELECT honker_queue_stats(NULL)")


def descriptors():
    directory = os.path.dirname(path)
    links = (f"/proc/self/fd/{fd}".encode() for fd in os.listdir("/proc/self/fd"))
    return sum(os.path.lexists(link) and os.readlink(link).startswith(directory) for link in links)


check(sqlite.sqlite3_open(path, ctypes.byref(db)))
check(sqlite.sqlite3_enable_load_extension(db, 1))
check(sqlite.sqlite3_load_extension(db, extension, None, None))
run(b"PRAGMA journal_mode = WAL")
run(b"SELECT honker_bootstrap()")
use()
own = prepare(b"SELECT value FROM json_each('[1,2]')")
check(sqlite.sqlite3_step(own), ROW)
for _ in range(3):
    check(sqlite.sqlite3_close(db), BUSY)
    use()
print("refused, open" if descriptors() > 0 else "refused, but closed", end="; ")
sqlite.sqlite3_finalize(own)
check(sqlite.sqlite3_close(db))
print(f"closed, {descriptors()} descriptors")
