"""Files → stored, searchable articles: find → hash → load → split → embed → store → index.

Articles go in by batches of consecutive ones, each batch one transaction of the catalog. An
interrupted run has therefore stored a beginning of what it was to store, and the next one goes on
from there, with the same batches and the same result as if nothing had happened.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.articles import (
    CLEANER_VERSION,
    Article,
    Meta,
    PassedOver,
    SourceFile,
    file_sha256,
    load_articles,
    look_for_files,
)
from rag.articles.files import read_failure, storable
from rag.errors import ArticleError, UsageError
from rag.index import ledger
from rag.index.identity import row_key_of
from rag.index.ledger import Draft, FileState
from rag.index.store import Index
from rag.passages import retrieval_text, split_passages

# Raise it when passages are cut differently: files are then read again.
SPLITTER_VERSION = "2"
READER = f"cleaner {CLEANER_VERSION}, splitter {SPLITTER_VERSION}"

BATCH_PASSAGES = 384
# Changes after which tantivy and Chroma are brought up to date, and at the end.
SYNC_PASSAGES = 1500
# A .gz is guessed to hold this many times its size, for the progress shown.
_GZIP_RATIO = 2.8


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far a run is.

    Attributes:
        fraction: share of the input's bytes, 0 to 1; an estimate inside a file of many articles.
        articles, passages: new or changed ones stored so far.
        path: the file being read.
    """

    fraction: float
    articles: int
    passages: int
    path: str


@dataclass(slots=True)
class IngestReport:
    """What a run did.

    Attributes:
        added, updated, unchanged, removed: numbers of articles.
        refused: files and rows that could not be used; what was stored of them before stays.
        vanished: files, and rows of files, that are stored and were not there any more.
        passed_over: files in folders, archives and mails that hold no articles, by ending; of an
            archive or mail only when it is read, not when it is unchanged.
        cut, undated, without_outlet: how many of the articles of this run, new or not, are only
            beginnings, state no date, state no outlet.
        split: how many files of this run hold several articles that are parts of one text.
        articles, passages: what the index holds now.
        seconds: wall-clock time.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: list[ArticleError] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    cut: int = 0
    split: int = 0
    undated: int = 0
    without_outlet: int = 0
    articles: int = 0
    passages: int = 0
    seconds: float = 0.0

    @property
    def read(self) -> int:
        """How many articles this run found in the files given."""
        return self.added + self.updated + self.unchanged

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "refused": [{"path": e.path, "reason": e.reason} for e in self.refused],
            "passed_over": dict(self.passed_over.most_common()),
            "cut": self.cut,
            "split": self.split,
            "undated": self.undated,
            "without_outlet": self.without_outlet,
            "articles": self.articles,
            "passages": self.passages,
            "seconds": round(self.seconds, 3),
        }


def ingest(
    index: Index,
    paths: Iterable[str | Path],
    *,
    meta: Meta | None = None,
    prune: bool = False,
    progress: Callable[[IngestProgress], None] | None = None,
) -> IngestReport:
    """Bring ``index`` (opened for writing, with its embedder) up to date with files and folders.

    A file whose bytes, and what ``meta`` says of it, are as before costs a hash. Without ``meta``,
    what an earlier run's said of a file goes on to hold.

    Args:
        prune: remove stored articles whose files, under the folders given, are gone from disk.

    Raises:
        UsageError: the index was opened without an embedder.
        IndexStoreError: the index cannot be written, for one because the disk is full; what was
            stored before that stays.
        ModelError, ConfigurationError: the embedder failed; likewise.
    """
    started = time.monotonic()
    index.must_write()
    given = [Path(path) for path in paths]
    run = _Run(index, meta, prune, progress)
    found = look_for_files(given)
    run.report.refused += found.errors
    run.report.passed_over += found.passed_over
    run.total_bytes = sum(map(_size_bytes, found.files))
    for file in found.files:
        run.take_file(file)
    run.flush()
    keys = {file.key for file in found.files}
    run.settle_vanished(given, keys)
    run.count_what_is_missing(keys)
    index.sync()
    counts = index.counts()
    run.report.articles, run.report.passages = counts.articles, counts.passages
    run.report.seconds = time.monotonic() - started
    return run.report


@dataclass(frozen=True, slots=True)
class _FileEnd:
    """All of a file has been read: its state, and the rows found in it."""

    state: FileState
    rows: frozenset[str]
    complete: bool


class _Run:
    """One ingest: takes files one after the other, stores a batch when it is full."""

    def __init__(
        self,
        index: Index,
        meta: Meta | None,
        prune: bool,
        progress: Callable[[IngestProgress], None] | None,
    ) -> None:
        if index.embedder is None:
            raise UsageError("ingest needs an index that was opened with an embedder")
        self.report = IngestReport()
        self.total_bytes = 0
        self._index = index
        self._embedder = index.embedder
        self._meta = meta
        self._prune = prune
        self._progress = progress
        self._waiting: list[Draft | _FileEnd] = []
        self._waiting_passages = 0
        self._unsynced_passages = 0
        self._stored_passages = 0
        self._done_bytes = 0.0

    # --- find → hash → load → split ---

    def take_file(self, file: SourceFile) -> None:
        """Read one file if it has changed; what it gives waits for the batch to be full."""
        size_bytes = _size_bytes(file)
        name = storable(str(file.path))
        try:
            sha256 = file_sha256(file.path)
        except OSError as error:
            self.report.refused.append(ArticleError(name, read_failure(error)))
            return
        with self._index.catalog.view() as db:
            stored = ledger.file_row(db, file.key)
        said = self._said_of(file, stored)
        state = FileState(file.key, name, sha256, READER, json.dumps(said, sort_keys=True))
        if stored and stored.same_content(state):
            self.report.unchanged += self._articles_in(file.key)
        else:
            self._read(file, state, Meta({file.path.name: said}), size_bytes)
        self._done_bytes += size_bytes
        self._show_progress(name)

    def _said_of(self, file: SourceFile, stored: FileState | None) -> dict[str, str]:
        if self._meta is not None:
            by_file = self._meta.by_file
            return by_file.get(file.path.name) or by_file.get(str(file.path)) or {}
        said: dict[str, str] = json.loads(stored.meta) if stored else {}
        return said

    def _read(self, file: SourceFile, state: FileState, meta: Meta, size_bytes: int) -> None:
        rows: set[str] = set()
        refused = 0
        text_bytes = 0.0
        for article in load_articles(file, meta):
            if isinstance(article, PassedOver):
                self.report.passed_over[article.ending] += 1
                continue
            problem = article if isinstance(article, ArticleError) else _unstorable(article)
            if isinstance(article, ArticleError) or problem is not None:
                assert problem is not None
                self.report.refused.append(problem)
                refused += 1
                continue
            row_key = _unused(row_key_of(article.source, state.path), rows)
            rows.add(row_key)
            self._take_article(article, state, row_key)
            text_bytes += len(article.text)
            self._show_progress(state.path, _bytes_read(file, text_bytes, size_bytes))
        if rows:
            self._waiting.append(_FileEnd(state, frozenset(rows), complete=not refused))

    def _take_article(self, article: Article, file: FileState, row_key: str) -> None:
        sha256 = ledger.content_sha256(article, READER)
        with self._index.catalog.view() as db:
            unchanged = ledger.stored_content(db, file.key, row_key) == sha256
        if unchanged:
            self.report.unchanged += 1
            return
        passages = tuple(split_passages(article.text))
        texts = tuple(
            retrieval_text(article.title, article.text[p.start : p.end]) for p in passages
        )
        self._waiting.append(Draft(article, file, row_key, sha256, passages, texts))
        self._waiting_passages += len(passages)
        if self._waiting_passages >= BATCH_PASSAGES:
            self.flush()

    # --- embed → store → index ---

    def flush(self) -> None:
        """Embed and store what waits, as one transaction."""
        waiting, self._waiting, self._waiting_passages = self._waiting, [], 0
        if not waiting:
            return
        vectors = self._vectors_of([item for item in waiting if isinstance(item, Draft)])
        added = updated = stored = 0
        with self._index.catalog.transaction() as db:
            for item in waiting:
                if isinstance(item, _FileEnd):
                    self._end_file(db, item)
                    continue
                replaced = ledger.put_article(db, item, [vectors[t] for t in item.retrieval_texts])
                added, updated = added + (not replaced), updated + replaced
                stored += len(item.passages)
            ledger.end_change(db)
        self.report.added += added
        self.report.updated += updated
        self._stored_passages += stored
        self._unsynced_passages += stored
        if self._unsynced_passages >= SYNC_PASSAGES:
            self._unsynced_passages = 0
            self._index.sync()

    def _vectors_of(self, drafts: Sequence[Draft]) -> dict[str, NDArray[np.float16]]:
        """Vectors by text; one that was embedded before, for whatever article, is not again."""
        texts = list(dict.fromkeys(text for draft in drafts for text in draft.retrieval_texts))
        with self._index.catalog.view() as db:
            blobs = ledger.known_vectors(db, texts)
        vectors = {text: np.frombuffer(blob, np.float16) for text, blob in blobs.items()}
        new = [text for text in texts if text not in vectors]
        if new:
            embedded = self._embedder.embed(new).astype(np.float16)
            vectors.update(zip(new, embedded, strict=True))
        return vectors

    def _end_file(self, db: sqlite3.Connection, end: _FileEnd) -> None:
        """Remember the file's state, unless it has to be looked at again the next time: something
        in it was refused, or stored rows have gone from it and were not pruned."""
        state = end.state
        gone = [
            (rowid, source)
            for rowid, row_key, source in ledger.articles_of_file(db, state.key)
            if row_key not in end.rows
        ]
        if gone and end.complete:
            self.report.vanished += [source for _, source in gone]
            if self._prune:
                ledger.remove_articles(db, [rowid for rowid, _ in gone])
                self.report.removed += len(gone)
        settled = end.complete and (self._prune or not gone)
        ledger.put_file(db, state if settled else state.unsettled())

    def settle_vanished(self, given: Sequence[Path], found: set[str]) -> None:
        """Report, and with ``prune`` remove, stored files under the given folders that are gone."""
        with self._index.catalog.view() as db:
            stored = [
                file
                for folder in given
                if folder.is_dir()
                for file in ledger.files_under(db, os.path.realpath(folder))
            ]
        gone = {f.key: f for f in stored if f.key not in found and _is_gone(f.key)}
        self.report.vanished += [file.path for file in gone.values()]
        if not (gone and self._prune):
            return
        with self._index.catalog.transaction() as db:
            rowids = [row[0] for key in gone for row in ledger.articles_of_file(db, key)]
            ledger.remove_articles(db, rowids)
            ledger.end_change(db)
        self.report.removed += len(rowids)

    def count_what_is_missing(self, keys: set[str]) -> None:
        """Count cut, undated and other articles among those that are stored of these files."""
        report = self.report
        with self._index.catalog.view() as db:
            for key in keys:
                lacks = ledger.lacks_of_file(db, key)
                report.cut += lacks.cut
                report.undated += lacks.undated
                report.without_outlet += lacks.without_outlet
                report.split += lacks.is_split

    # --- inside ---

    def _articles_in(self, file_key: str) -> int:
        with self._index.catalog.view() as db:
            return len(ledger.articles_of_file(db, file_key))

    def _show_progress(self, path: str, bytes_read: float = 0.0) -> None:
        if self._progress is not None:
            done = (self._done_bytes + bytes_read) / max(1, self.total_bytes)
            stored = self.report.added + self.report.updated
            self._progress(IngestProgress(min(1.0, done), stored, self._stored_passages, path))


def _size_bytes(file: SourceFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:  # it is reported when it is read
        return 0


def _bytes_read(file: SourceFile, text_bytes: float, size_bytes: int) -> float:
    ratio = _GZIP_RATIO if file.path.name.lower().endswith(".gz") else 1.0
    return min(text_bytes / ratio, size_bytes)


def _unstorable(article: Article) -> ArticleError | None:
    """SQLite takes neither lone surrogates nor, in what is to be cut by character, NUL."""
    known = [article.text, article.title, article.outlet, article.author, article.url]
    known += [*article.captions, *article.credits, article.language, article.published]
    joined = "".join(part or "" for part in known)
    try:
        joined.encode()
    except UnicodeEncodeError:
        return ArticleError(article.source, "its text holds half a character (a lone surrogate)")
    if "\0" in joined:
        return ArticleError(article.source, "its text holds NUL characters")
    return None


def _unused(row_key: str, used: set[str]) -> str:
    """Rows of one file with the same url are told apart by their order."""
    candidate, number = row_key, 1
    while candidate in used:
        number += 1
        candidate = f"{row_key}#{number}"
    return candidate


def _is_gone(key: str) -> bool:
    """Only a file that is certainly not there has vanished, not one that may not be looked at."""
    try:
        Path(key).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
