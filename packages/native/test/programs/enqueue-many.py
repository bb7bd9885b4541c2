"""Runs one SELECT many times in autocommit and prints [jobs, largest size of the -wal].
Arguments: database, extension, fetchone or fetchall, times, look every, SQL."""

import json
import os
import sqlite3
import sys

path, extension, fetch, times, every, sql = sys.argv[1:]
connection = sqlite3.connect(path, isolation_level=None)
connection.enable_load_extension(True)
connection.load_extension(extension)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = NORMAL")
connection.execute("SELECT honker_bootstrap()").fetchall()
largest = 0
for i in range(1, int(times) + 1):
    getattr(connection.execute(sql), fetch)()
    if i % int(every) == 0:
        largest = max(largest, os.path.getsize(path + "-wal"))
jobs = connection.execute("SELECT count(*) FROM _honker_live").fetchone()[0]
print(json.dumps([jobs, largest]))
