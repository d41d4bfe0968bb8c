"""The stored articles, for every front end: put in, listed, removed, kept in collections."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.filters import Filters, LeftOut
from rag.onnx_runtime import use_threads
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.embeddings import OnnxEmbedder
    from rag.embeddings.openai import OpenAIEmbedder
    from rag.index import (
        ArticleRecord,
        Collection,
        CollectionChange,
        Index,
        IngestProgress,
        IngestReport,
        StoredArticle,
    )

NO_FILTERS = Filters()


class Library:
    """Everything about stored articles that needs no question.

    The index is opened when it is first needed for searching and kept open; use it as a context
    manager. Threads may share one.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        use_threads(settings.threads)
        self._opening = threading.Lock()
        self._index: Index | None = None
        self._embedder: OnnxEmbedder | OpenAIEmbedder | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; a second call does nothing."""
        if self._index is not None:
            self._index.close()
            self._index = None

    # --- articles ---

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        meta: Path | None = None,
        prune: bool = False,
        progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        """Put files and folders into the index; see ``rag.index.ingest``."""
        from rag.articles import load_meta
        from rag.index import ingest

        filled_in = None if meta is None else load_meta(meta)
        with self._writing(create=True) as index:
            return ingest(index, paths, meta=filled_in, prune=prune, progress=progress)

    def articles(self, filters: Filters = NO_FILTERS) -> list[ArticleRecord]:
        """The articles that the filters let through, by id.

        Raises:
            UsageError: there is no such collection, or nothing is in it; likewise everywhere that
                filters are given.
        """
        with self._listing() as index:
            return index.articles(filters)

    def article(self, article_id: str) -> StoredArticle:
        """One article as stored.

        Raises:
            UnknownArticleError: there is none of that id.
        """
        with self._listing() as index:
            return index.article(article_id)

    def cited_text(self, text_sha256: str) -> str:
        """An article's text by the hash in a citation, also when a newer one has taken its place.

        Raises:
            UnknownArticleError: never stored, or removed.
        """
        with self._listing() as index:
            return index.text(text_sha256)

    def remove(self, article_ids: Sequence[str]) -> None:
        """Delete articles; all or none.

        Raises:
            UnknownArticleError: there is none of one of the ids.
        """
        with self._writing() as index:
            index.remove(article_ids)

    def reindex(self, progress: Callable[[str, int, int], None] | None = None) -> list[str]:
        """Make the derived stores anew, with the embedder of the settings; what was mended."""
        from rag.index import Index

        with Index.open(self.settings.index, embedder=None, write=True) as index:
            index.reindex(self._open_embedder(), progress)
            return index.repairs

    def left_out(self, filters: Filters) -> LeftOut:
        """Articles that ``filters`` leave out because their date or outlet is not known."""
        with self._listing() as index:
            return index.left_out(filters)

    def index(self) -> Index:
        """The index, open for reading with its embedder."""
        from rag.index import Index

        with self._opening:
            if self._index is None:
                self._index = Index.open(self.settings.index, embedder=self._open_embedder())
                # What is loaded by now lives on: a full collection would walk through it each time.
                gc.freeze()
            return self._index

    # --- collections ---

    def collections(self) -> list[Collection]:
        """Every collection, by name."""
        with self._listing() as index:
            return index.collections()

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
                whose file is one of ``folders`` or below one, whichever of the two are given. What
                is ingested later is not added by itself.

        Raises:
            UsageError: nothing is given, no article matches, or not a name that can be given.
            UnknownArticleError: there is no article of one of the ids; none is added then.
        """
        with self._cataloguing() as index:
            return index.add_to_collection(name, article_ids, filters=filters, folders=folders)

    def take_out_of_collection(self, name: str, article_ids: Sequence[str]) -> CollectionChange:
        """Take articles out of a collection, all or none; the index keeps them.

        Raises:
            UsageError: there is no such collection.
            UnknownArticleError: one of the articles is not in it.
        """
        with self._cataloguing() as index:
            return index.take_out_of_collection(name, article_ids)

    def delete_collection(self, name: str) -> Collection:
        """Forget a collection; the index keeps its articles. What it was.

        Raises:
            UsageError: there is no such collection.
        """
        with self._cataloguing() as index:
            return index.delete_collection(name)

    # --- inside ---

    def _open_embedder(self) -> OnnxEmbedder | OpenAIEmbedder:
        from rag.embeddings import open_embedder

        if self._embedder is None:
            self._embedder = open_embedder(self.settings.embeddings)
        return self._embedder

    @contextmanager
    def _listing(self) -> Iterator[Index]:
        """The index for what needs no embedder."""
        from rag.index import Index

        if self._index is not None:
            yield self._index
            return
        with Index.open(self.settings.index, embedder=None) as index:
            yield index

    @contextmanager
    def _writing(self, *, create: bool = False) -> Iterator[Index]:
        from rag.index import Index

        with Index.open(
            self.settings.index, embedder=self._open_embedder(), write=True, create=create
        ) as index:
            yield index

    @contextmanager
    def _cataloguing(self) -> Iterator[Index]:
        """The index for writing what needs no embedder."""
        from rag.index import Index

        with Index.open(self.settings.index, embedder=None, write=True) as index:
            yield index
