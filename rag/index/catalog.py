"""Reading the catalog: the SQLite database that is the truth of an index.

Every public method is one consistent view of one moment, whatever a writer in another process
does meanwhile. A connection is shared by the threads of a process, one call at a time.
"""

from __future__ import annotations

import difflib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rag.errors import UnknownArticleError, UsageError, printable
from rag.filters import Filters, LeftOut
from rag.index.collections import collection_state, stored_collections
from rag.index.failures import catalog_failures
from rag.index.records import (
    ArticleRecord,
    Collection,
    Counts,
    PassageEntry,
    StoredArticle,
    StoredPassage,
)
from rag.index.schema import CATALOG_FILE, create_catalog, no_index_error, open_catalog
from rag.index.selecting import articles_by_rule, filter_sql

NO_FILTERS = Filters()
_RECORD_FIELDS = tuple(field.name for field in fields(ArticleRecord))
_PASSAGE_FIELDS = tuple(field.name for field in fields(StoredPassage))
# In the order of the fields of ArticleRecord and of StoredPassage.
_ARTICLE_COLUMNS = """
    article_id, source, title, outlet, author, published, url, language, origin, captions, credits,
    (SELECT count(*) FROM passages p WHERE p.article_rowid = a.article_rowid), text_sha256,
    cut
"""
_PASSAGE_COLUMNS = """
    p.passage_id, a.article_id, a.source, a.title, a.outlet, a.published, a.url, a.origin,
    a.text_sha256, substr(t.text, p.start + 1, p.end - p.start), p.start, p.end, p.sentences,
    p.ordinal, a.language
"""
# SQLite's own limit on variables in a statement is 32,766; chunks keep statements small.
_IN_CHUNK = 900


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the outbox that derived stores follow."""

    seq: int
    passage_id: int
    removed: bool


class Catalog:
    """One open catalog. Writing goes through ``rag.index.ledger``, which holds a Catalog."""

    def __init__(self, directory: Path, connection: sqlite3.Connection) -> None:
        self.directory = directory
        self._connection = connection
        self._lock = threading.RLock()

    @staticmethod
    def exists(directory: Path) -> bool:
        with catalog_failures(directory):
            return (directory / CATALOG_FILE).exists()

    @classmethod
    def open(cls, directory: Path, *, write: bool, create: bool = False) -> Catalog:
        """Open the catalog in ``directory``; with ``create`` make it when there is none.

        Raises:
            IndexVersionError, IndexStoreError: see ``rag.index.schema.open_catalog``.
        """
        with catalog_failures(directory):
            if create:
                create_catalog(directory)
            elif not cls.exists(directory):
                raise no_index_error(directory)
            return cls(directory, open_catalog(directory, write=write))

    def close(self) -> None:
        with self._lock, catalog_failures(self.directory):
            self._connection.close()

    @contextmanager
    def view(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one read transaction: several queries, one moment."""
        with self._lock, catalog_failures(self.directory):
            outermost = not self._connection.in_transaction  # else part of a larger view or write
            if outermost:
                self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                if outermost:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one write transaction: all of it is stored, or nothing."""
        with self._lock, catalog_failures(self.directory):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk rolls back by itself
                    self._connection.execute("ROLLBACK")
                raise

    # --- meta ---

    def meta(self, name: str, default: Any = None) -> Any:
        with self.view() as db:
            row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return default if row is None else row[0]

    def metas(self) -> dict[str, Any]:
        with self.view() as db:
            return dict(db.execute("SELECT name, value FROM meta").fetchall())

    def generation(self) -> int:
        """Changes whenever an article comes, changes or goes."""
        return int(self.meta("generation", 0))

    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self.meta("dimension", 0))

    # --- articles ---

    def articles(self, filters: Filters = NO_FILTERS) -> list[ArticleRecord]:
        """The articles that the filters let through, by id.

        Raises:
            UsageError: there is no such collection, or nothing is in it.
        """
        with self.view() as db:
            condition, values = filter_sql(db, filters)
            rows = db.execute(
                f"SELECT {_ARTICLE_COLUMNS} FROM articles a WHERE {condition} ORDER BY article_id",
                values,
            )
            return [_article_record(row) for row in rows]

    def article(self, article_id: str) -> StoredArticle:
        """One article with its text.

        Raises:
            UnknownArticleError: no such id; the message names near ones.
        """
        with self.view() as db:
            row = db.execute(
                f"SELECT {_ARTICLE_COLUMNS} FROM articles a WHERE article_id = ?", (article_id,)
            ).fetchone()
            if row is None:
                raise self.unknown_article(article_id)
            record = _article_record(row)
            return StoredArticle(record, self.text(record.text_sha256))

    def unknown_article(self, article_id: str) -> UnknownArticleError:
        with self.view() as db:
            ids = [row[0] for row in db.execute("SELECT article_id FROM articles")]
        near = difflib.get_close_matches(article_id, ids, n=3, cutoff=0.5)
        hint = f"; near: {', '.join(near)}" if near else "; `dateline articles` lists them"
        return UnknownArticleError(f"no article {printable(article_id, 80)!r}{hint}")

    def text(self, text_sha256: str) -> str:
        """The text of that hash: of an article as it is now, or as it was before it was replaced.

        Raises:
            UnknownArticleError: it was never stored, or its article has been removed.
        """
        with self.view() as db:
            row = db.execute(
                "SELECT text FROM texts WHERE text_sha256 = ?", (text_sha256,)
            ).fetchone()
        if row is None:
            raise UnknownArticleError(f"no article text with hash {printable(text_sha256, 80)}")
        return str(row[0])

    def outlets(self) -> dict[str, int]:
        """Outlets as their articles name them, with the number of articles, most first."""
        with self.view() as db:
            return dict(
                db.execute(
                    "SELECT min(outlet), count(*) FROM articles WHERE outlet IS NOT NULL "
                    "GROUP BY outlet_key ORDER BY 2 DESC, 1"
                ).fetchall()
            )

    # --- passages ---

    def passages(self, passage_ids: Sequence[int]) -> list[StoredPassage]:
        """Stored passages in the order asked for; ids that are not (or no longer) known are left
        out, as those of passages that another process has just removed are."""
        found: dict[int, StoredPassage] = {}
        with self.view() as db:
            for chunk in _chunks(passage_ids):
                rows = db.execute(
                    f"""
                    SELECT {_PASSAGE_COLUMNS}
                    FROM passages p JOIN articles a USING (article_rowid)
                    JOIN texts t USING (text_sha256)
                    WHERE p.passage_id IN ({_marks(chunk)})
                    """,
                    chunk,
                )
                found.update((row[0], _stored_passage(row)) for row in rows)
        return [found[passage_id] for passage_id in passage_ids if passage_id in found]

    def passage_ids_of(self, article_id: str) -> list[int]:
        """The passages of one article in order; empty when there is no such article."""
        with self.view() as db:
            rows = db.execute(
                "SELECT p.passage_id FROM passages p JOIN articles a USING (article_rowid) "
                "WHERE a.article_id = ? ORDER BY p.ordinal",
                (article_id,),
            )
            return [row[0] for row in rows]

    def known_passages(self, passage_ids: Sequence[int]) -> set[int]:
        with self.view() as db:
            return {
                row[0]
                for chunk in _chunks(passage_ids)
                for row in db.execute(
                    f"SELECT passage_id FROM passages WHERE passage_id IN ({_marks(chunk)})", chunk
                )
            }

    def vector_blobs(self, passage_ids: Sequence[int]) -> dict[int, bytes]:
        with self.view() as db:
            return {
                row[0]: row[1]
                for chunk in _chunks(passage_ids)
                for row in db.execute(
                    f"SELECT passage_id, vector FROM vectors WHERE passage_id IN ({_marks(chunk)})",
                    chunk,
                )
            }

    def entries(self, passage_ids: Sequence[int], *, vectors: bool) -> list[PassageEntry]:
        """What derived stores keep of these passages; unknown ids are left out."""
        entries: list[PassageEntry] = []
        with self.view() as db:
            blobs = self.vector_blobs(passage_ids) if vectors else {}
            for chunk in _chunks(passage_ids):
                rows = db.execute(
                    f"""
                    SELECT p.passage_id, coalesce(a.title, ''),
                        substr(t.text, p.start + 1, p.end - p.start),
                        coalesce(CAST(replace(a.published, '-', '') AS INTEGER), 0),
                        coalesce(a.outlet_key, '')
                    FROM passages p JOIN articles a USING (article_rowid)
                    JOIN texts t USING (text_sha256)
                    WHERE p.passage_id IN ({_marks(chunk)})
                    """,
                    chunk,
                )
                for passage_id, title, text, published, outlet in rows:
                    blob = blobs.get(passage_id, b"")
                    entries.append(PassageEntry(passage_id, title, text, published, outlet, blob))
        return entries

    # --- filters ---

    def matching_articles(self, filters: Filters) -> list[int]:
        """Rowids of the articles that the filters let through.

        Raises:
            UsageError: there is no such collection, or nothing is in it.
        """
        with self.view() as db:
            condition, values = filter_sql(db, filters)
            rows = db.execute(f"SELECT article_rowid FROM articles WHERE {condition}", values)
            return [row[0] for row in rows]

    def holds(self, filters: Filters) -> bool:
        """Whether the filters let any article through.

        Raises:
            UsageError: there is no such collection, or nothing is in it.
        """
        with self.view() as db:
            condition, values = filter_sql(db, filters)
            rows = db.execute(f"SELECT 1 FROM articles WHERE {condition} LIMIT 1", values)
            return rows.fetchone() is not None

    def chosen_articles(
        self, article_ids: Sequence[str], filters: Filters, folders: Sequence[Path]
    ) -> list[str]:
        """Ids of the articles that are meant; see ``Index.add_to_collection``.

        Raises:
            UsageError: nothing is given, or no article matches.
            UnknownArticleError: there is no article of one of the ids.
        """
        with self.view() as db:
            known = {row[0] for row in db.execute("SELECT article_id FROM articles")}
            for article_id in article_ids:
                if article_id not in known:
                    raise self.unknown_article(article_id)
            chosen = list(article_ids)
            if filters.active or folders:
                chosen += articles_by_rule(db, filters, folders)
            elif not chosen:
                raise UsageError("which articles? Name ids, an outlet, dates or a folder")
        if not chosen:
            raise UsageError("no article is of that outlet, date and folder; none was added")
        return chosen

    def left_out(self, filters: Filters) -> LeftOut:
        """Articles, of the collection if there is one in the filters, that they leave out because
        the date or outlet is not known.

        Raises:
            UsageError: there is no such collection, or nothing is in it.
        """
        with self.view() as db:
            condition, values = filter_sql(db, Filters(collection=filters.collection))
            undated, no_outlet = db.execute(
                "SELECT count(*) - count(published), count(*) - count(outlet) FROM articles "
                f"WHERE {condition}",
                values,
            ).fetchone()
        return LeftOut(
            undated if filters.by_date else 0,
            no_outlet if filters.outlets else 0,
        )

    def collections(self) -> list[Collection]:
        """Every collection, by name."""
        with self.view() as db:
            return stored_collections(db)

    def collection_state(self, name: str) -> dict[str, Any]:
        """See ``rag.index.collections.collection_state``."""
        with self.view() as db:
            return collection_state(db, name)

    # --- the state of the whole ---

    def counts(self) -> Counts:
        with self.view() as db:
            articles, passages, files, pending = db.execute(
                "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages), "
                "(SELECT count(*) FROM files), (SELECT count(*) FROM changes WHERE seq > "
                "coalesce((SELECT value FROM meta WHERE name = 'lexicon_seq'), 0))"
            ).fetchone()
        return Counts(articles, passages, files, pending)

    def last_change(self) -> int:
        """Number of the newest change ever made, 0 if none."""
        with self.view() as db:
            row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").fetchone()
        return 0 if row is None else int(row[0])

    def changes_after(self, seq: int, limit: int) -> list[Change]:
        with self.view() as db:
            rows = db.execute(
                "SELECT seq, passage_id, removed FROM changes WHERE seq > ? ORDER BY seq LIMIT ?",
                (seq, limit),
            )
            return [Change(row[0], row[1], bool(row[2])) for row in rows]

    def all_passage_ids(self) -> list[int]:
        with self.view() as db:
            return [r[0] for r in db.execute("SELECT passage_id FROM passages ORDER BY 1")]


def _article_record(row: tuple[Any, ...]) -> ArticleRecord:
    values = dict(zip(_RECORD_FIELDS, row, strict=True))
    values["captions"] = tuple(json.loads(values["captions"]))
    values["credits"] = tuple(json.loads(values["credits"]))
    values["cut"] = bool(values["cut"])
    return ArticleRecord(**values)


def _stored_passage(row: tuple[Any, ...]) -> StoredPassage:
    values = dict(zip(_PASSAGE_FIELDS, row, strict=True))
    spans = json.loads(values["sentences"])
    values["sentences"] = tuple((start, end) for start, end in spans)
    return StoredPassage(**values)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _IN_CHUNK):
        yield [int(passage_id) for passage_id in ids[first : first + _IN_CHUNK]]


def _marks(values: Iterable[object]) -> str:
    return ",".join("?" for _ in values)
