"""``Index``: the one door to the stored articles, for every front end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embeddings import Embedder
from rag.errors import IndexStoreError, IndexVersionError, printable
from rag.filters import Filters, LeftOut
from rag.index import collections, ledger
from rag.index.catalog import Catalog
from rag.index.derived import Follower, Progress, prune_changes
from rag.index.lexicon import Lexicon
from rag.index.lock import WriterLock
from rag.index.records import (
    ArticleRecord,
    Collection,
    CollectionChange,
    Counts,
    Hits,
    StoredArticle,
    StoredPassage,
)
from rag.index.reembed import embed_anew
from rag.index.searching import Searcher
from rag.index.vectors import VectorStore

NO_FILTERS = Filters()


class Index:
    """Articles on disk: catalog, word index, vector index.

    Use ``Index.open`` and close it, or use it as a context manager. Threads may share one.
    """

    def __init__(
        self, catalog: Catalog, embedder: Embedder | None, lock: WriterLock | None
    ) -> None:
        self.catalog = catalog
        self.embedder = embedder
        self._lock = lock
        self._searcher = Searcher(catalog)
        self._words = Follower(catalog, "lexicon", Lexicon.create, Lexicon.open, vectors=False)
        self._nearest = Follower(
            catalog, "chroma", VectorStore.create, VectorStore.open, vectors=True
        )

    # --- opening and closing ---

    @classmethod
    def open(
        cls,
        directory: str | Path,
        *,
        embedder: Embedder | None,
        write: bool = False,
        create: bool = False,
    ) -> Index:
        """Open the index in ``directory``, and repair what an interrupted run left.

        Args:
            embedder: the model that vectors are made with; None for what needs none (listing,
                removing), and for ``reindex``, which takes its own.
            write: take the right to write, which one process can have at a time.
            create: with ``write``, make an index where there is none.

        Raises:
            IndexLockedError: ``write``, and another process is writing.
            IndexVersionError: a newer index, or another embedder than the one it was made with.
            IndexStoreError: no index there, or one that cannot be read.
        """
        directory = Path(directory)
        lock = None
        if write and create:
            _make_folder(directory)
        if write and (create or Catalog.exists(directory)):
            lock = WriterLock.acquire(directory)
        try:
            catalog = Catalog.open(directory, write=write, create=create)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        index = cls(catalog, embedder, lock)
        try:
            index._check_embedder()
            index._repair()
        except BaseException:
            index.close()
            raise
        return index

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close everything; a second call does nothing."""
        lock, self._lock = self._lock, None
        with ExitStack() as closing:  # from the last to the first, whatever fails
            if lock is not None:
                closing.callback(lock.release)
            closing.callback(self.catalog.close)
            closing.callback(self._searcher.close)
            closing.callback(self._nearest.close)
            closing.callback(self._words.close)

    @property
    def directory(self) -> Path:
        return self.catalog.directory

    @property
    def repairs(self) -> list[str]:
        """What had to be made again since this index was opened, a line each."""
        return self._words.repairs + self._nearest.repairs

    @property
    def generation(self) -> int:
        """Changes whenever an article comes, changes or goes; a key for caches."""
        return int(self.catalog.meta("generation", 0))

    @property
    def fingerprint(self) -> str:
        """Names one state of one index: what it holds and what it was embedded with."""
        metas = self.catalog.metas()
        return ":".join(str(metas.get(key)) for key in ("index_id", "generation", "embedding"))

    # --- reading ---

    def articles(self, filters: Filters = NO_FILTERS) -> list[ArticleRecord]:
        """The articles that the filters let through, by id.

        Raises:
            UsageError: there is no such collection, or nothing is in it; likewise everywhere that
                filters are given.
        """
        return self.catalog.articles(filters)

    def article(self, article_id: str) -> StoredArticle:
        """One article with its text.

        Raises:
            UnknownArticleError: the message names ids like it.
        """
        return self.catalog.article(article_id)

    def text(self, text_sha256: str) -> str:
        """An article's text by its hash, also when a newer one has taken its place.

        Raises:
            UnknownArticleError: never stored, or removed.
        """
        return self.catalog.text(text_sha256)

    def outlets(self) -> dict[str, int]:
        """Outlets with their number of articles, most first."""
        return self.catalog.outlets()

    def collections(self) -> list[Collection]:
        """Every collection, by name."""
        return self.catalog.collections()

    def collection_state(self, name: str) -> dict[str, Any]:
        """See ``rag.index.collections.collection_state``."""
        return self.catalog.collection_state(name)

    def counts(self) -> Counts:
        return self.catalog.counts()

    def left_out(self, filters: Filters) -> LeftOut:
        """Articles that the filters leave out because their date or outlet is not known."""
        return self.catalog.left_out(filters)

    def holds(self, filters: Filters) -> bool:
        """Whether the filters let any article through; see ``articles``."""
        return self.catalog.holds(filters)

    def passages(self, passage_ids: Sequence[int]) -> list[StoredPassage]:
        """Passages in the order asked for; those that are gone by now are left out."""
        return self.catalog.passages(passage_ids)

    def article_passages(self, article_id: str) -> list[StoredPassage]:
        """All passages of one article in order."""
        with self.catalog.view():
            return self.catalog.passages(self.catalog.passage_ids_of(article_id))

    def vectors(self, passage_ids: Sequence[int]) -> NDArray[np.float32]:
        """Their vectors, shape ``(len(passage_ids), dimension)``; zeros for one that is gone."""
        blobs = self.catalog.vector_blobs(passage_ids)
        rows = np.zeros((len(passage_ids), self.catalog.dimension()), np.float32)
        for row, passage_id in zip(rows, passage_ids, strict=True):
            if passage_id in blobs:
                row[:] = np.frombuffer(blobs[passage_id], np.float16)
        return rows

    def search_words(self, query: str, k: int, filters: Filters = NO_FILTERS) -> Hits:
        """The ``k`` best passages by BM25, best first; see ``Lexicon.search``.

        Raises:
            IndexStoreError: the word index is damaged; the message names ``dateline reindex``.
        """
        return self._searcher.words(query, k, filters)

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, filters: Filters = NO_FILTERS
    ) -> Hits:
        """The ``k`` passages nearest to ``vector`` (length 1, shape ``(dimension,)``) by inner
        product, best first.

        Exact up to ``scan.MAX_PASSAGES`` passages and whenever filters are given; above that,
        Chroma's approximation.
        """
        return self._searcher.nearest(vector, k, filters)

    def document_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term (of ``rag.index.lexicon.terms_of``) stands."""
        return self._searcher.document_frequencies(terms)

    def terms_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """The word index's terms that begin so, each with the number of passages it stands in."""
        return self._searcher.terms_with_prefix(prefix)

    def passages_with_term(self, term: str, k: int) -> list[int]:
        """Ids of up to ``k`` passages in which that term stands."""
        return self._searcher.passages_with_term(term, k)

    def verify(self) -> list[str]:
        """Everything that is wrong with the index, a line each; slow, and for a writer only. What
        was found out and mended by opening the stores is in ``repairs``."""
        self.must_write()
        found = [
            f"catalog: {row[0]}" for row in self._query("PRAGMA integrity_check") if row[0] != "ok"
        ]
        orphans = self._query(
            "SELECT count(*) FROM passages p LEFT JOIN vectors v USING (passage_id) "
            "LEFT JOIN articles a USING (article_rowid) LEFT JOIN texts t USING (text_sha256) "
            "WHERE v.vector IS NULL OR t.text IS NULL OR p.end > length(t.text)"
        )[0][0]
        if orphans:
            found.append(f"catalog: {orphans} passages without a vector, an article or a text")
        return found + self._words.differences() + self._nearest.differences()

    def mend(self) -> list[str]:
        """Bring the derived stores in step with the catalog; what had to be done, a line each."""
        self.must_write()
        for follower in (self._words, self._nearest):
            follower.mend()
        prune_changes(self.catalog)
        return self.repairs

    # --- writing ---

    def remove(self, article_ids: Sequence[str]) -> None:
        """Delete articles, every text they ever had, and their passages; all or none.

        Raises:
            UnknownArticleError: one of the ids is not there.
        """
        self.must_write()
        with self.catalog.transaction() as db:
            rowids = []
            for article_id in dict.fromkeys(article_ids):
                row = db.execute(
                    "SELECT article_rowid FROM articles WHERE article_id = ?", (article_id,)
                ).fetchone()
                if row is None:
                    raise self.catalog.unknown_article(article_id)
                rowids.append(row[0])
            ledger.remove_articles(db, rowids)
            ledger.end_change(db)
        self.sync()

    def add_to_collection(
        self,
        name: str,
        article_ids: Sequence[str] = (),
        *,
        filters: Filters = NO_FILTERS,
        folders: Sequence[Path] = (),
    ) -> CollectionChange:
        """Put articles into a collection, which is made when there is none of that name.

        Args:
            article_ids: these, and beside them every article that ``filters`` let through and
                that lies in one of ``folders``, whichever of the two are given.

        Raises:
            UsageError: nothing is given, no article matches, or not a name that can be given.
            UnknownArticleError: there is no article of one of the ids; none is added then.
        """
        self.must_write()
        with self.catalog.transaction() as db:
            chosen = self.catalog.chosen_articles(article_ids, filters, folders)
            return collections.add_articles(db, name, chosen)

    def take_out_of_collection(self, name: str, article_ids: Sequence[str]) -> CollectionChange:
        """Take articles out of a collection, all or none; the index keeps them.

        Raises:
            UsageError: there is no such collection.
            UnknownArticleError: one of the articles is not in it.
        """
        self.must_write()
        with self.catalog.transaction() as db:
            return collections.take_out_articles(db, name, article_ids)

    def delete_collection(self, name: str) -> Collection:
        """Forget a collection; the index keeps its articles. What it was.

        Raises:
            UsageError: there is no such collection.
        """
        self.must_write()
        with self.catalog.transaction() as db:
            return collections.delete_collection(db, name)

    def reindex(self, embedder: Embedder, progress: Progress | None = None) -> None:
        """Make tantivy's and Chroma's files anew, and the vectors too if the embedder is another.

        Searches by other processes go on with the old ones until the new ones are complete. A
        re-embedding that is interrupted goes on where it was when called again.
        """
        self.must_write()
        if self.catalog.meta("embedder") != embedder.fingerprint:
            embed_anew(self.catalog, embedder, progress)
        self.embedder = embedder
        self._words.rebuild(progress)
        self._nearest.rebuild(progress)
        prune_changes(self.catalog)

    def sync(self) -> None:
        """Bring the word and vector indexes up to date with the catalog; what is damaged is made
        again. The last step of everything that writes."""
        self.must_write()
        self._words.sync()
        if self._nearest.behind:  # else Chroma, slow to import, can stay closed
            self._nearest.sync()
        prune_changes(self.catalog)

    def must_write(self) -> None:
        """
        Raises:
            IndexStoreError: the index was opened for reading.
        """
        if self._lock is None:
            raise IndexStoreError(
                f"the index {printable(str(self.directory))} was opened for reading only"
            )

    # --- inside ---

    def _check_embedder(self) -> None:
        """
        Raises:
            IndexVersionError: the index has passages, and another embedder's vectors of them.
        """
        if self.embedder is None:
            return
        metas = self.catalog.metas()
        if metas.get("embedder") == self.embedder.fingerprint:
            return
        if "embedder" in metas and self.counts().passages:
            raise IndexVersionError(
                f"the index {printable(str(self.directory))} was made with the embedder "
                f"{metas['embedder_name']} and this one is {self.embedder.name}"
                + (" in another version" * (metas["embedder_name"] == self.embedder.name))
                + ": `dateline reindex` embeds its passages anew"
            )
        if self._lock is not None:
            with self.catalog.transaction() as db:
                ledger.set_embedder(db, self.embedder)

    def _repair(self) -> None:
        """Give the word index what an interrupted run left out. A reader does it too, if nobody
        is writing and it may write. Chroma, which searches can do without, gets its share at the
        end of the next writing (see ``sync``)."""
        if self._lock is not None:
            self._words.sync()
        elif self._words.behind and self.catalog.meta("embedder") is not None:
            try:
                Index.open(self.directory, embedder=None, write=True).close()
            except IndexStoreError:  # someone is writing, or nobody can: search what is there
                return

    def _query(self, sql: str) -> list[tuple[object, ...]]:
        with self.catalog.view() as db:
            return db.execute(sql).fetchall()


def _make_folder(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexStoreError(
            f"cannot make the index folder {printable(str(directory))}: {error.strerror or error}"
        ) from error
