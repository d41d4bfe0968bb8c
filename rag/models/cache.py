"""Replies on disk, so that the same question about the same sentences is paid for once.

The key is a hash of everything that makes a reply: model, address, parameters, prompt, schema,
the exact messages and the repeat index. A new article or another prompt is another key, so a stored
reply is never stale. SQLite makes each write whole or absent, over threads and processes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

CACHE_FILE = "responses.sqlite"
DEFAULT_SIZE_LIMIT_BYTES = 256 * 1024 * 1024
BUSY_TIMEOUT_S = 5.0
# What an entry takes besides its value: key, times, page and index overhead.
ENTRY_OVERHEAD_BYTES = 160

_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, size_bytes INTEGER NOT NULL, used_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replies_by_use ON replies (used_at, size_bytes);
"""


def cache_key(parts: Mapping[str, Any]) -> str:
    """SHA-256 of ``parts`` as canonical JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ResponseCache:
    """Whole, validated replies by key; the least recently used go when the limit is reached.

    It never fails a question: a file that is damaged is moved aside, one that cannot be written is
    passed over, and either is said once in the log.

    Args:
        path: the SQLite file; made when it is not there.
        size_limit_bytes: bound on the stored replies.
    """

    def __init__(self, path: Path, size_limit_bytes: int = DEFAULT_SIZE_LIMIT_BYTES) -> None:
        self.path = path
        self._size_limit_bytes = size_limit_bytes
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        self._said: set[str] = set()

    @classmethod
    def in_folder(cls, folder: Path) -> ResponseCache:
        """The cache that is kept in the folder of an index."""
        return cls(folder / CACHE_FILE)

    def get(self, key: str) -> dict[str, Any] | None:
        """The stored reply of ``key``, which is then the most recently used, or None."""
        with self._lock:
            try:
                connection = self._open()
                row = connection.execute("SELECT value FROM replies WHERE key = ?", (key,))
                found = row.fetchone()
                if found is None:
                    return None
                value: dict[str, Any] = json.loads(found[0])
            except (sqlite3.Error, OSError) as error:
                self._recover(error)
                return None
            # A reply is of use even where its time of use cannot be written down.
            with suppress(sqlite3.OperationalError):
                connection.execute(
                    "UPDATE replies SET used_at = ? WHERE key = ?", (time.time(), key)
                )
            return value

    def put(self, key: str, value: Mapping[str, Any]) -> None:
        """Store a reply, whole or not at all."""
        text = json.dumps(value, ensure_ascii=True)
        size_bytes = len(text) + ENTRY_OVERHEAD_BYTES
        with self._lock:
            try:
                connection = self._open()
                with connection:  # one transaction
                    connection.execute("BEGIN IMMEDIATE")
                    connection.execute(
                        "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)",
                        (key, text, size_bytes, time.time()),
                    )
                    self._evict(connection)
            except (sqlite3.Error, OSError) as error:
                self._recover(error)

    def close(self) -> None:
        with self._lock:
            self._close()

    def _evict(self, connection: sqlite3.Connection) -> None:
        total = connection.execute("SELECT COALESCE(SUM(size_bytes), 0) FROM replies")
        excess_bytes = total.fetchone()[0] - self._size_limit_bytes
        if excess_bytes <= 0:
            return
        # A tenth of room at once, so that a full cache is not swept at every write.
        excess_bytes += self._size_limit_bytes // 10
        by_age = connection.execute("SELECT key, size_bytes FROM replies ORDER BY used_at")
        keys: list[tuple[str]] = []
        for key, size_bytes in by_age:
            if excess_bytes <= 0:
                break
            keys.append((key,))
            excess_bytes -= size_bytes
        connection.executemany("DELETE FROM replies WHERE key = ?", keys)

    def _open(self) -> sqlite3.Connection:
        # A connection must not be used across a fork (sqlite.org/howtocorrupt.html).
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        self._process = os.getpid()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _recover(self, error: Exception) -> None:
        self._close()
        # OperationalError is a lock, a full disk or missing rights: the file itself is sound.
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        )
        if not damaged:
            self._say(f"the response cache {self.path} is not used: {error}")
        elif is_damaged(self.path):
            aside = self.path.with_name(f"{self.path.name}.damaged-{time.time_ns()}")
            with suppress(FileNotFoundError):  # another process has moved it already
                self.path.replace(aside)
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self._say(f"the response cache was damaged; moved to {aside}, a new one is begun")

    def _say(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            logger.warning("%s", message)


def is_damaged(path: Path) -> bool:
    """Whether SQLite finds a response cache broken, looked at afresh: another process may have put
    a sound file in its place."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
            verdict: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            return verdict != "ok"
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
