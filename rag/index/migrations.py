"""How a catalog that an older Dateline made becomes one of this version.

``rag.index.schema`` makes the tables of version 1 and then takes every step here, so that a new
catalog and a migrated one are the same.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from rag.errors import IndexLockedError, IndexStoreError
from rag.index.lock import WriterLock

# STEPS[n] turns a catalog of version n into one of version n + 1.
STEPS: dict[int, str] = {
    1: """
CREATE TABLE collections (
    collection_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,              -- as first given
    name_key TEXT NOT NULL UNIQUE
);

CREATE TABLE collection_articles (
    collection_id INTEGER NOT NULL REFERENCES collections,
    article_id TEXT NOT NULL,
    PRIMARY KEY (collection_id, article_id)
) WITHOUT ROWID;
CREATE INDEX collection_articles_by_article ON collection_articles (article_id);
""",
    2: """
ALTER TABLE articles ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
""",
}
VERSION = 1 + len(STEPS)

# Another reader that migrates is done in milliseconds; a writer of an older Dateline is not.
_WAIT_S = 5.0
_POLL_S = 0.02


def is_outdated(connection: sqlite3.Connection) -> bool:
    return _version(connection) < VERSION


def migrate(connection: sqlite3.Connection) -> None:
    """Take the steps that are left, each whole or not at all. For who holds the lock of writers."""
    while (version := _version(connection)) < VERSION:
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{STEPS[version]}\nPRAGMA user_version = {version + 1};\nCOMMIT"
        )


def migrated_for_reading(connection: sqlite3.Connection, directory: Path) -> sqlite3.Connection:
    """``connection`` with its catalog migrated under the lock; where nothing may be written, one
    to a migrated copy in memory, and ``connection`` is closed.

    Raises:
        IndexLockedError: somebody goes on writing to the index.
    """
    until_s = time.monotonic() + _WAIT_S
    while is_outdated(connection):
        try:
            lock = WriterLock.acquire(directory)
        except IndexLockedError:
            if time.monotonic() > until_s:
                raise
            time.sleep(_POLL_S)
            continue
        except IndexStoreError:
            return _migrated_copy(connection)
        try:
            migrate(connection)
        finally:
            lock.release()
    return connection


def _migrated_copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        connection.backup(copy)
        migrate(copy)
    except BaseException:
        copy.close()
        raise
    connection.close()
    return copy


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
