"""Failures of SQLite, tantivy, Chroma and the disk, in the words of ``rag.errors``.

Both tantivy and Chroma are Rust behind Python: they raise ``ValueError``, ``RuntimeError`` or
their own classes with the operating system's message inside, and a panic on a damaged file is a
``BaseException`` of a class that cannot be imported. All of that stops here.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import DatelineError, IndexStoreError, printable

_FULL_SIGNS = ("disk is full", "no space left", "os error 28", "file too large", "os error 27")
# SQLite's own sign of a full disk; the others stand for a quota or a limit on a file's size.
_FULL_SQLITE = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE")
_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SQLITE_READ_ONLY = ("readonly database", "unable to open database")
_FREE_ENOUGH_BYTES = 1 << 20


class DerivedStoreError(IndexStoreError):
    """tantivy's or Chroma's files are missing or damaged; both can be made again."""


@contextmanager
def catalog_failures(directory: Path) -> Iterator[None]:
    """Translate what SQLite, or getting to its files, raises about the catalog in ``directory``."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error, directory):
            raise disk_full_error(directory) from error
        reason = error.strerror or error
        raise IndexStoreError(
            f"no permission to use the index {printable(str(directory))} that way ({reason})"
            if isinstance(error, PermissionError)
            else f"the index {printable(str(directory))} cannot be used: {reason}"
        ) from error
    except sqlite3.Error as error:
        raise _catalog_error(directory, error) from error


@contextmanager
def derived_failures(directory: Path, store: str) -> Iterator[None]:
    """Translate what a derived store (``store`` names it for people) raises.

    Raises:
        IndexStoreError: the disk is full.
        DerivedStoreError: anything else.
    """
    try:
        yield
    except DatelineError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if is_disk_full(error, directory):
            raise disk_full_error(directory) from error
        raise DerivedStoreError(
            f"the {store} in {printable(str(directory))} cannot be used "
            f"({printable(str(error), 120)}); `dateline reindex` makes it again from the catalog"
        ) from error


def is_disk_full(error: BaseException, directory: Path) -> bool:
    """Whether ``error``, or what caused it, comes from a full disk, quota or file size limit."""
    if isinstance(error, OSError) and error.errno in _FULL_ERRNOS:
        return True
    if getattr(error, "sqlite_errorname", None) in _FULL_SQLITE:
        return True
    if any(sign in str(error).lower() for sign in _FULL_SIGNS):
        return True
    try:  # a store whose writing thread died says only that it died
        return shutil.disk_usage(directory).free < _FREE_ENOUGH_BYTES
    except OSError:
        return False


def disk_full_error(directory: Path) -> IndexStoreError:
    return IndexStoreError(
        f"disk full (or over a quota) while writing to {printable(str(directory))}; what was "
        "stored before is unharmed: free some space and run the same command again"
    )


def _catalog_error(directory: Path, error: sqlite3.Error) -> IndexStoreError:
    shown = printable(str(directory))
    message = str(error).lower()
    if is_disk_full(error, directory):
        return disk_full_error(directory)
    if any(sign in message for sign in _SQLITE_READ_ONLY):
        return IndexStoreError(f"no permission to use the index {shown} that way ({error})")
    if "locked" in message:
        return IndexStoreError(f"the index {shown} is held by another program ({error}); try again")
    if "malformed" in message or "not a database" in message or "corrupt" in message:
        return IndexStoreError(
            f"the catalog of the index {shown} is damaged ({error}); restore the folder from a "
            "backup, or delete it and ingest the articles again"
        )
    return IndexStoreError(f"the catalog of the index {shown} failed: {error}")
