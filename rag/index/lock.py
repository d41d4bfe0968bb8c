"""One writer at a time: an operating system lock that dies with the process that held it."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from rag.errors import IndexLockedError, IndexStoreError, printable

LOCK_FILE = "writer.lock"
HOLDER_FILE = "writer.json"


class WriterLock:
    """The right to write to the index in a folder, taken at once or not at all."""

    def __init__(self, directory: Path, lock: Any) -> None:
        self._directory = directory
        self._lock = lock

    @classmethod
    def acquire(cls, directory: Path) -> WriterLock:
        """
        Raises:
            IndexLockedError: another process (or thread) is writing; the message names it.
            IndexStoreError: the folder cannot be written to.
        """
        from filelock import FileLock, Timeout

        # Not a singleton: a second Index of this process must be refused like any other.
        lock = FileLock(directory / LOCK_FILE, timeout=0, is_singleton=False, thread_local=False)
        shown = printable(str(directory))
        try:
            lock.acquire()
        except Timeout:
            raise IndexLockedError(
                f"the index {shown} is being written to by {holder(directory)}: "
                "try again when that is done"
            ) from None
        except OSError as error:
            raise IndexStoreError(
                f"cannot write to the index {shown}: {error.strerror or error}"
            ) from error
        held = cls(directory, lock)
        held._sign()
        return held

    def release(self) -> None:
        (self._directory / HOLDER_FILE).unlink(missing_ok=True)
        self._lock.release()

    def _sign(self) -> None:
        """Say who holds the lock. A full disk must not be in the way of a command that frees it."""
        holder = {"pid": os.getpid(), "host": socket.gethostname()}
        try:
            (self._directory / HOLDER_FILE).write_text(json.dumps(holder))
        except OSError:
            (self._directory / HOLDER_FILE).unlink(missing_ok=True)


def is_locked(directory: Path) -> bool:
    """Whether somebody is writing to the index; nobody is where nothing may be written."""
    from filelock import FileLock, Timeout

    if not (directory / LOCK_FILE).exists():
        return False
    try:
        with FileLock(directory / LOCK_FILE, timeout=0, is_singleton=False, thread_local=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def holder(directory: Path) -> str:
    """Who is writing, in words."""
    try:
        holder = json.loads((directory / HOLDER_FILE).read_text())
        where = "" if holder["host"] == socket.gethostname() else f" on {holder['host']}"
        return printable(f"process {int(holder['pid'])}{where}", 80)
    except (OSError, ValueError, KeyError, TypeError):  # between locking and signing
        return "another process"
