"""The catalog's tables, and how a catalog file is created and opened.

``files`` 1-n ``articles`` 1-n ``passages`` 1-1 ``vectors``. ``texts`` holds every text that an
article has had, by its hash, so that a citation of a replaced article still resolves;
``article_texts`` says whose they were, so that removing an article removes all of them.
``collections`` n-n ``articles``, by the article's id, which outlives its replacement.
``changes`` is the outbox that tantivy and Chroma follow (see ``rag.index.derived``).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from rag.errors import IndexStoreError, IndexVersionError, printable
from rag.index import migrations

CATALOG_FILE = "catalog.sqlite"
# "dtln": tells a catalog from any other SQLite file.
APPLICATION_ID = 0x64746C6E
_BUSY_TIMEOUT_S = 30.0

_TABLES = """
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;

CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,        -- real path
    path TEXT NOT NULL,              -- as given
    sha256 TEXT,                     -- NULL: read again next time, something in it was refused
    reader TEXT NOT NULL,            -- version of cleaning and splitting
    meta TEXT NOT NULL               -- what --meta said of it
);

CREATE TABLE articles (
    article_rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE,
    file_id INTEGER NOT NULL REFERENCES files,
    row_key TEXT NOT NULL,           -- '' for a file that is one article
    source TEXT NOT NULL,
    title TEXT,
    outlet TEXT,
    outlet_key TEXT,
    author TEXT,
    published TEXT,
    url TEXT,
    language TEXT,
    captions TEXT NOT NULL,
    credits TEXT NOT NULL,
    text_sha256 TEXT NOT NULL REFERENCES texts,
    content_sha256 TEXT NOT NULL,    -- of all fields and of the version that split it
    origin TEXT,                     -- see rag.origins; NULL only inside a transaction
    UNIQUE (file_id, row_key)
);
CREATE INDEX articles_by_text ON articles (text_sha256);
CREATE INDEX articles_by_origin ON articles (origin);

CREATE TABLE texts (
    text_sha256 TEXT PRIMARY KEY,
    text TEXT NOT NULL
);

CREATE TABLE article_texts (
    article_id TEXT NOT NULL,
    text_sha256 TEXT NOT NULL REFERENCES texts,
    PRIMARY KEY (article_id, text_sha256)
) WITHOUT ROWID;
CREATE INDEX article_texts_by_text ON article_texts (text_sha256);

CREATE TABLE passages (
    passage_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
    article_rowid INTEGER NOT NULL REFERENCES articles,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sentences TEXT NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_rowid);

CREATE TABLE vectors (
    passage_id INTEGER PRIMARY KEY,
    retrieval_key BLOB NOT NULL,     -- hash of the embedded text: the same text is embedded once
    vector BLOB NOT NULL             -- float16
);
CREATE INDEX vectors_by_key ON vectors (retrieval_key);

CREATE TABLE origin_shingles (
    shingle INTEGER NOT NULL,        -- one of the sketch of the article's text
    article_rowid INTEGER NOT NULL,
    PRIMARY KEY (shingle, article_rowid)
) WITHOUT ROWID;

CREATE TABLE origin_pairs (          -- articles of which one is a copy of the other
    one INTEGER NOT NULL,
    other INTEGER NOT NULL,          -- rowids; one < other
    PRIMARY KEY (one, other)
) WITHOUT ROWID;
CREATE INDEX origin_pairs_by_other ON origin_pairs (other);

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id INTEGER NOT NULL,
    removed INTEGER NOT NULL
);
"""


def create_catalog(directory: Path) -> None:
    """Make the catalog of ``directory`` unless it is there; complete or not at all."""
    connection = _connect(directory / CATALOG_FILE, "rwc")
    try:
        if not _is_empty(connection):
            return
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        if _is_empty(connection):  # nobody was quicker
            for tables in (_TABLES, *migrations.STEPS.values()):
                for statement in tables.split(";\n"):
                    connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('index_id', hex(randomblob(16)))")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {migrations.VERSION}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def open_catalog(directory: Path, *, write: bool) -> sqlite3.Connection:
    """Connection to an existing catalog; one that an older Dateline made is migrated first.

    Args:
        write: the caller holds the lock of writers. A reader takes it for the time of migrating;
            where nothing may be written it gets a migrated copy in memory.

    Raises:
        IndexVersionError: made by a newer Dateline.
        IndexLockedError: it has to be migrated, and somebody is writing to it.
        IndexStoreError: some other program's database.
        sqlite3.Error: it cannot be opened.
    """
    file = directory / CATALOG_FILE
    connection = _connect(file, "rw") if write else _connect_reader(file)
    try:
        _check_version(connection, directory)
        if write:
            migrations.migrate(connection)
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection = migrations.migrated_for_reading(connection, directory)
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def is_outdated(directory: Path) -> bool:
    """Whether an older Dateline made the catalog of ``directory``; looks, and changes nothing.

    Raises:
        IndexVersionError, IndexStoreError, sqlite3.Error: see ``open_catalog``.
    """
    connection = _connect_reader(directory / CATALOG_FILE)
    try:
        _check_version(connection, directory)
        return migrations.is_outdated(connection)
    finally:
        connection.close()


def _connect(file: Path, mode: str, extra: str = "") -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}{extra}",
        uri=True,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA foreign_keys = OFF")  # the code keeps them; checked by `verify`
    return connection


def _connect_reader(file: Path) -> sqlite3.Connection:
    """Reading a WAL database needs a place for its shared memory; where there may be none, and no
    log is left by a writer, SQLite is told that nothing will change."""
    unwritten = not Path(f"{file}-wal").exists()
    for mode, extra in (("rw", ""), ("ro", "&immutable=1" if unwritten else "")):
        connection = _connect(file, mode, extra)
        try:
            _pragma(connection, "schema_version")
            return connection
        except sqlite3.OperationalError:
            connection.close()
            if mode == "ro":
                raise
    raise AssertionError("the last attempt returns or raises")


def _check_version(connection: sqlite3.Connection, directory: Path) -> None:
    shown = printable(str(directory))
    if _is_empty(connection):  # its making was interrupted
        raise no_index_error(directory)
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise IndexStoreError(f"{shown}/{CATALOG_FILE} is not a catalog of Dateline")
    version = _pragma(connection, "user_version")
    if version > migrations.VERSION:
        raise IndexVersionError(
            f"the index {shown} was made by a newer Dateline (index version {version}, this one "
            f"knows up to {migrations.VERSION}): update Dateline, or use another folder with "
            "--index"
        )


def no_index_error(directory: Path) -> IndexStoreError:
    return IndexStoreError(
        f"no index at {printable(str(directory))}: make one with `dateline ingest PATH`, or name "
        "another folder with --index"
    )


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
