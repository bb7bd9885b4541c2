"""honker in Python's own sqlite3: a connection, a transaction, a call, and waiting for commits."""

import contextlib
import signal
import sqlite3
import sys
import time

# Ctrl-C ends a program that waits in SQLite, too; the file is safe whenever a process ends.
signal.signal(signal.SIGINT, signal.SIG_DFL)


def connect(path, extension):
    # Without an isolation level, BEGIN and COMMIT are where this program says so.
    db = sqlite3.connect(path, timeout=5, isolation_level=None)
    if not hasattr(db, "enable_load_extension"):
        sys.exit(f"{sys.executable} is built without loading SQLite extensions; the system's Python can, pyenv's can't")
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.enable_load_extension(False)
    call(db, "honker_bootstrap")
    return db


def call(db, function, *arguments):
    """The result of a honker function. fetchall() steps to the end: SQLite can't checkpoint before."""
    marks = ", ".join("?" * len(arguments))
    [(result,)] = db.execute(f"SELECT {function}({marks})", arguments).fetchall()
    return result


@contextlib.contextmanager
def transaction(db):
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def wait_for(db, path, look, timeout_s=30):
    """Calls look() now and after each commit of any process, until it returns something."""
    give_up_at = time.monotonic() + timeout_s
    watcher = call(db, "honker_update_watcher_open", path, None)
    try:
        while (found := look()) is None:
            left_ms = int((give_up_at - time.monotonic()) * 1000)
            if left_ms <= 0 or call(db, "honker_update_watcher_wait", watcher, left_ms) < 0:
                raise TimeoutError(f"nothing found in {timeout_s} s")
        return found
    finally:
        call(db, "honker_update_watcher_close", watcher)
