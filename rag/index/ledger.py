"""Writing the catalog: articles put in, replaced and removed, each with its outbox entries.

Functions here take the connection of an open ``Catalog.transaction``; nothing is stored until
that ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag import origins
from rag.filters import name_key
from rag.index.identity import article_id_for

if TYPE_CHECKING:
    from rag.articles import Article
    from rag.embeddings import Embedder
    from rag.passages import Passage


@dataclass(frozen=True, slots=True)
class FileState:
    """What the catalog remembers of a file to tell whether it has changed.

    Attributes:
        sha256: hash of its bytes; None when something in it was refused, so that it is read, and
            the refusal reported, the next time too.
        reader: version of the code that cleaned and split it.
        meta: what ``--meta`` said of it.
    """

    key: str
    path: str
    sha256: str | None
    reader: str
    meta: str

    def same_content(self, other: FileState) -> bool:
        """Whether reading the file again would give what is stored."""
        return (self.sha256, self.reader, self.meta) == (other.sha256, other.reader, other.meta)

    def unsettled(self) -> FileState:
        """The same, to be read again the next time."""
        return replace(self, sha256=None)


@dataclass(frozen=True, slots=True)
class Draft:
    """An article ready to be stored, all but its vectors.

    Attributes:
        file: the file it was read from.
        row_key: see ``rag.index.identity.row_key_of``.
        retrieval_texts: what is embedded of each passage.
    """

    article: Article
    file: FileState
    row_key: str
    content_sha256: str
    passages: tuple[Passage, ...]
    retrieval_texts: tuple[str, ...]


def retrieval_key(text: str) -> bytes:
    """16 bytes that name an embedded text."""
    return hashlib.sha256(text.encode()).digest()[:16]


def content_sha256(article: Article, reader: str) -> str:
    """Names everything that is stored of an article (its source aside) and the code's version."""
    values = [
        reader, article.text, article.title, article.outlet, article.author, article.published,
        article.url, article.language, article.captions, article.credits, article.cut,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def file_row(db: sqlite3.Connection, key: str) -> FileState | None:
    row = db.execute(
        "SELECT key, path, sha256, reader, meta FROM files WHERE key = ?", (key,)
    ).fetchone()
    return None if row is None else FileState(*row)


def files_under(db: sqlite3.Connection, folder: str) -> list[FileState]:
    """Stored files with a real path below ``folder``, by path."""
    below = folder.rstrip(os.sep) + os.sep
    rows = db.execute(
        "SELECT key, path, sha256, reader, meta FROM files WHERE substr(key, 1, ?) = ? "
        "ORDER BY key",
        (len(below), below),
    )
    return [FileState(*row) for row in rows]


def articles_of_file(db: sqlite3.Connection, file_key: str) -> list[tuple[int, str, str]]:
    """Rowid, row key and source of the articles stored of a file."""
    return db.execute(
        "SELECT article_rowid, row_key, source FROM articles JOIN files USING (file_id) "
        "WHERE key = ? ORDER BY article_rowid",
        (file_key,),
    ).fetchall()


@dataclass(frozen=True, slots=True)
class Lacks:
    """What articles of a file lack.

    Attributes:
        cut, undated, without_outlet: numbers of articles.
        is_split: the file is one text of several articles.
    """

    cut: int
    undated: int
    without_outlet: int
    is_split: bool


def lacks_of_file(db: sqlite3.Connection, file_key: str) -> Lacks:
    """What the articles stored of a file lack."""
    row = db.execute(
        "SELECT total(cut), count(*) - count(published), count(*) - count(outlet), "
        "total(row_key LIKE '#%') FROM articles JOIN files USING (file_id) WHERE key = ?",
        (file_key,),
    ).fetchone()
    return Lacks(int(row[0]), row[1], row[2], row[3] > 0)


def stored_content(db: sqlite3.Connection, file_key: str, row_key: str) -> str | None:
    """``content_sha256`` of the article stored of that row, None if there is none."""
    row = db.execute(
        "SELECT content_sha256 FROM articles JOIN files USING (file_id) "
        "WHERE key = ? AND row_key = ?",
        (file_key, row_key),
    ).fetchone()
    return None if row is None else str(row[0])


def put_file(db: sqlite3.Connection, state: FileState) -> None:
    """Remember ``state`` under its key."""
    db.execute(
        "INSERT INTO files (key, path, sha256, reader, meta) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256, "
        "reader = excluded.reader, meta = excluded.meta",
        (state.key, state.path, state.sha256, state.reader, state.meta),
    )


def put_article(
    db: sqlite3.Connection, draft: Draft, vectors: Sequence[NDArray[np.float16]]
) -> bool:
    """Store an article, in place of the one that stood in the same row of the same file.

    The old one's text stays under its hash. Its file counts as not wholly read from here to the
    next ``put_file``. Returns whether there was an old one.
    """
    article = draft.article
    file_id = _unsettled_file(db, draft)
    old = db.execute(
        "SELECT article_rowid, article_id FROM articles WHERE file_id = ? AND row_key = ?",
        (file_id, draft.row_key),
    ).fetchone()
    if old is None:
        article_id = article_id_for(
            Path(draft.file.path), draft.row_key, draft.file.key, _taken(db)
        )
    else:
        article_id = old[1]
        _drop_article_rows(db, [old[0]])
    sha256 = article.text_sha256
    db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (sha256, article.text))
    db.execute("INSERT OR IGNORE INTO article_texts VALUES (?, ?)", (article_id, sha256))
    rowid = db.execute(
        "INSERT INTO articles (article_id, file_id, row_key, source, title, outlet, outlet_key, "
        "author, published, url, language, captions, credits, text_sha256, content_sha256, "
        "cut) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id, file_id, draft.row_key, article.source, article.title, article.outlet,
            name_key(article.outlet) if article.outlet else None, article.author,
            _iso_date(article.published), article.url, article.language,
            json.dumps(article.captions, ensure_ascii=False),
            json.dumps(article.credits, ensure_ascii=False), sha256, draft.content_sha256,
            article.cut,
        ),
    ).lastrowid  # fmt: skip
    assert rowid is not None
    _put_passages(db, rowid, draft, vectors)
    return old is not None


def remove_articles(db: sqlite3.Connection, rowids: Sequence[int]) -> None:
    """Delete articles with every text they ever had and their places in collections, and files of
    which nothing is left.

    Of files of which something is left, it is forgotten that they have been read, so that an
    ingest of them brings the removed ones back, as it does with files of one article.
    """
    db.executemany(
        "UPDATE files SET sha256 = NULL WHERE file_id = "
        "(SELECT file_id FROM articles WHERE article_rowid = ?)",
        [(rowid,) for rowid in rowids],
    )
    ids = [(_article_id(db, rowid),) for rowid in rowids]
    _drop_article_rows(db, rowids)
    texts = [
        (row[0],)
        for article_id in ids
        for row in db.execute(
            "SELECT text_sha256 FROM article_texts WHERE article_id = ?", article_id
        )
    ]
    db.executemany("DELETE FROM article_texts WHERE article_id = ?", ids)
    db.executemany("DELETE FROM collection_articles WHERE article_id = ?", ids)
    db.executemany(
        "DELETE FROM texts WHERE text_sha256 = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM article_texts WHERE text_sha256 = ?1)",
        texts,
    )
    db.execute("DELETE FROM files WHERE file_id NOT IN (SELECT file_id FROM articles)")


def end_change(db: sqlite3.Connection) -> None:
    """The last step of every transaction in which articles came, changed or went: groups them by
    origin, and tells readers that what they may have kept of the catalog is out of date."""
    origins.settle(db)
    db.execute(
        "INSERT INTO meta (name, value) VALUES ('generation', 1) "
        "ON CONFLICT (name) DO UPDATE SET value = value + 1"
    )


def set_meta(db: sqlite3.Connection, **values: object) -> None:
    db.executemany("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", values.items())


def set_embedder(db: sqlite3.Connection, embedder: Embedder) -> None:
    """Note whose vectors the index has."""
    set_meta(
        db,
        embedder=embedder.fingerprint,
        embedder_name=embedder.name,
        dimension=embedder.dimension,
    )


def known_vectors(db: sqlite3.Connection, texts: Iterable[str]) -> dict[str, bytes]:
    """Stored vectors of those texts that have been embedded before."""
    found: dict[str, bytes] = {}
    for text in texts:
        row = db.execute(
            "SELECT vector FROM vectors WHERE retrieval_key = ? LIMIT 1", (retrieval_key(text),)
        ).fetchone()
        if row is not None:
            found[text] = row[0]
    return found


def _unsettled_file(db: sqlite3.Connection, draft: Draft) -> int:
    """Id of the draft's file, which is remembered as one to be read (again)."""
    row = db.execute(
        "INSERT INTO files (key, path, sha256, reader, meta) VALUES (?, ?, NULL, '', '{}') "
        "ON CONFLICT (key) DO UPDATE SET sha256 = NULL RETURNING file_id",
        (draft.file.key, draft.file.path),
    ).fetchone()
    return int(row[0])


def _put_passages(
    db: sqlite3.Connection, rowid: int, draft: Draft, vectors: Sequence[NDArray[np.float16]]
) -> None:
    parts = zip(draft.passages, draft.retrieval_texts, vectors, strict=True)
    for ordinal, (passage, text, vector) in enumerate(parts):
        passage_id = db.execute(
            "INSERT INTO passages (article_rowid, ordinal, start, end, sentences) "
            "VALUES (?, ?, ?, ?, ?)",
            (rowid, ordinal, passage.start, passage.end, json.dumps(passage.sentences)),
        ).lastrowid
        db.execute(
            "INSERT INTO vectors VALUES (?, ?, ?)",
            (passage_id, retrieval_key(text), vector.tobytes()),
        )
        db.execute("INSERT INTO changes (passage_id, removed) VALUES (?, 0)", (passage_id,))


def _drop_article_rows(db: sqlite3.Connection, rowids: Sequence[int]) -> None:
    for rowid in rowids:
        origins.forget(db, rowid)
        passages = db.execute(
            "SELECT passage_id FROM passages WHERE article_rowid = ?", (rowid,)
        ).fetchall()
        db.executemany("INSERT INTO changes (passage_id, removed) VALUES (?, 1)", passages)
        db.executemany("DELETE FROM vectors WHERE passage_id = ?", passages)
        db.execute("DELETE FROM passages WHERE article_rowid = ?", (rowid,))
        db.execute("DELETE FROM articles WHERE article_rowid = ?", (rowid,))


def _article_id(db: sqlite3.Connection, rowid: int) -> str:
    row = db.execute("SELECT article_id FROM articles WHERE article_rowid = ?", (rowid,)).fetchone()
    return str(row[0])


def _taken(db: sqlite3.Connection) -> Callable[[str], bool]:
    """Whether an article id is in use already."""

    def taken(article_id: str) -> bool:
        query = "SELECT 1 FROM article_texts WHERE article_id = ? LIMIT 1"
        return db.execute(query, (article_id,)).fetchone() is not None

    return taken


def _iso_date(published: str | None) -> str | None:
    """Only whole dates can be filtered by; anything else counts as not known."""
    try:
        return None if published is None else date.fromisoformat(published).isoformat()
    except ValueError:
        return None
