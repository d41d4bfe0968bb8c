"""The index on disk: lock, catalog, derived stores, embedder, leftovers of interrupted runs."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from rag.articles.article import text_sha256
from rag.doctor.finding import Finding, mended, ok, problem
from rag.embeddings import Embedder
from rag.errors import ConfigurationError, DatelineError, IndexLockedError, IndexStoreError
from rag.index import Index
from rag.index.catalog import Catalog
from rag.index.derived import DerivedStore, unused_folders
from rag.index.lexicon import Lexicon
from rag.index.lock import HOLDER_FILE, WriterLock, holder, is_locked
from rag.index.schema import CATALOG_FILE, is_outdated
from rag.index.vectors import VectorStore
from rag.models.cache import CACHE_FILE, is_damaged

RESTORE = "restore the folder from a backup, or delete it and ingest the articles again"
AGAIN = "run `dateline doctor` again when that is done"
DRY = "`dateline doctor` without --dry-run mends it"
# What SQLite finds wrong with its own indexes, which it can make again from the tables.
_OF_INDEXES = ("missing from index", "wrong # of entries in index", "non-unique entry in index")
_STORES: tuple[tuple[str, Callable[[Path], DerivedStore]], ...] = (
    ("lexicon", Lexicon.open),
    ("chroma", VectorStore.open),
)
_MOST_SHOWN = 3


def examine_index(
    directory: Path, embedder: Callable[[], Embedder], *, mend: bool
) -> Iterator[Finding]:
    """Everything about the index in ``directory``.

    Args:
        embedder: opens the one that the settings name.
        mend: bring in step what is not, and take leftovers away. Articles are never changed.
    """
    if not Catalog.exists(directory):
        yield ok("index", f"none at {directory} yet; `dateline ingest PATH` makes one")
        return
    yield ok("index", str(directory))
    if is_locked(directory):
        yield problem("lock", f"{holder(directory)} is writing to the index", AGAIN)
        yield from _catalog(directory, mend=False)
        return
    yield from _lock(directory, mend=mend)
    sound = True
    for finding in _catalog(directory, mend=mend):
        sound = sound and (finding.state != "problem" or finding.check == "passages")
        yield finding
    if not sound:
        return
    try:
        yield from _mend_derived(directory) if mend else _derived(directory)
        yield _embedder(directory, embedder)
    except IndexStoreError as error:
        way_out = AGAIN if isinstance(error, IndexLockedError) else RESTORE
        yield problem("index", str(error), way_out)
    yield from _leftovers(directory, mend=mend)


def _lock(directory: Path, *, mend: bool) -> Iterator[Finding]:
    left = (directory / HOLDER_FILE).exists()
    if not left:
        yield ok("lock", "free")
    elif not mend:
        yield problem("lock", "a killed run has left its name on it", DRY)
    else:
        try:
            WriterLock.acquire(directory).release()
        except IndexStoreError as error:
            yield problem("lock", str(error), "make the folder writable, or wait")
        else:
            yield mended("lock", "a killed run had left its name on it")


def _catalog(directory: Path, *, mend: bool) -> Iterator[Finding]:
    """SQLite's own check of the file, then whether its rows belong together."""
    file = directory / CATALOG_FILE
    try:
        wrong = _integrity(file)
        if wrong and mend and all(any(sign in line for sign in _OF_INDEXES) for line in wrong):
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("REINDEX")
            if not (wrong := _integrity(file)):
                yield mended("catalog", "SQLite's indexes were out of step with its tables")
                yield from _rows(directory)
                return
        if wrong:
            yield problem("catalog", f"damaged: {'; '.join(wrong[:_MOST_SHOWN])}", RESTORE)
            return
        if is_outdated(directory):
            if not mend:
                yield problem("catalog", "made by an older Dateline", DRY)
                return
            Index.open(directory, embedder=None, write=True).close()
            yield mended("catalog", "made by an older Dateline; now as this one makes it")
        yield ok("catalog", "SQLite finds nothing wrong")
        yield from _rows(directory)
    except (sqlite3.Error, DatelineError) as error:
        yield problem("catalog", str(error), RESTORE)


def _integrity(file: Path) -> list[str]:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        lines = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(100)")]
    return [] if lines == ["ok"] else lines


def _rows(directory: Path) -> Iterator[Finding]:
    """Whether each passage has its article, vector and place in a text, and each text its hash."""
    with closing(Catalog.open(directory, write=False)) as catalog, catalog.view() as db:
        counts = catalog.counts()
        lost = db.execute(
            "SELECT DISTINCT coalesce(a.article_id, 'no article') FROM passages p "
            "LEFT JOIN vectors v USING (passage_id) LEFT JOIN articles a USING (article_rowid) "
            "LEFT JOIN texts t USING (text_sha256) "
            "WHERE v.vector IS NULL OR t.text IS NULL OR p.end > length(t.text)"
        ).fetchall()
        changed = [
            sha256
            for sha256, text in db.execute("SELECT text_sha256, text FROM texts")
            if text_sha256(text) != sha256
        ]
    if lost:
        names = ", ".join(row[0] for row in lost[:_MOST_SHOWN])
        yield problem(
            "passages",
            f"{len(lost)} articles have passages without a vector or a text: {names}",
            "`dateline remove ID` and ingest them again",
        )
    elif changed:
        yield problem("passages", f"{len(changed)} texts are not as they were stored", RESTORE)
    else:
        yield ok("passages", f"{counts.articles} articles, {counts.passages} passages, all whole")


def _mend_derived(directory: Path) -> Iterator[Finding]:
    """What opening for writing repairs by itself, and what then still differs."""
    with Index.open(directory, embedder=None, write=True) as index:
        if index.catalog.meta("embedder") is None:
            yield ok("search stores", "none yet: nothing was ingested")
            return
        done = index.mend()
    for line in done:
        yield mended("search stores", line)
    if not done:
        yield ok("search stores", "tantivy and Chroma hold what the catalog says")


def _derived(directory: Path) -> Iterator[Finding]:
    with closing(Catalog.open(directory, write=False)) as catalog:
        metas, last, want = catalog.metas(), catalog.last_change(), set(catalog.all_passage_ids())
    for name, open_store in _STORES:
        folder = directory / name / str(metas.get(f"{name}_folder"))
        if not folder.is_dir():
            yield problem(name, "is not there", DRY)
            continue
        try:
            with closing(open_store(folder)) as store:
                have = store.passage_ids()
        except IndexStoreError as error:
            yield problem(name, str(error), DRY)
            continue
        if last > int(metas.get(f"{name}_seq", 0)) or have != want:
            yield problem(name, f"{len(have ^ want)} passages are not in step", DRY)
        else:
            yield ok(name, "holds what the catalog says")


def _embedder(directory: Path, embedder: Callable[[], Embedder]) -> Finding:
    with closing(Catalog.open(directory, write=False)) as catalog:
        metas = catalog.metas()
    try:
        used = embedder()
        fingerprint, name = used.fingerprint, used.name
    except ConfigurationError as error:
        return problem("embedder", str(error), "set DATELINE_EMBEDDINGS, or what it needs")
    if metas.get("embedder") in {None, fingerprint}:
        return ok("embedder", name)
    return problem(
        "embedder",
        f"the index was made with {metas.get('embedder_name')}, and {name} is set",
        "`dateline reindex` embeds its passages anew, or set DATELINE_EMBEDDINGS back",
    )


def _leftovers(directory: Path, *, mend: bool) -> Iterator[Finding]:
    """Folders that no store uses, and response caches that were damaged: replies can be had again,
    at their price."""
    left = [*unused_folders(directory), *directory.glob(f"{CACHE_FILE}.damaged-*")]
    cache = directory / CACHE_FILE
    if cache.exists() and is_damaged(cache):
        left += [path for end in ("", "-wal", "-shm") if (path := Path(f"{cache}{end}")).exists()]
    if not left:
        yield ok("leftovers", "none")
        return
    names = ", ".join(str(path.relative_to(directory)) for path in left)
    if not mend:
        yield problem("leftovers", names, DRY)
        return
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    yield mended("leftovers", f"{names} removed")
