"""Searching: word hits from tantivy, nearest vectors from the scan or Chroma, both checked against
the catalog, which knows best what is stored."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.errors import printable
from rag.filters import Filters
from rag.index import scan
from rag.index.catalog import Catalog
from rag.index.failures import DerivedStoreError
from rag.index.lexicon import Lexicon
from rag.index.records import Hits
from rag.index.vectors import VectorStore

# A derived store may hold a few passages that the catalog has just dropped: asked for that many
# more than wanted, they can be passed over.
_SPARE_HITS = 50
# Filters whose rows of the matrix are remembered until the catalog changes.
_REMEMBERED_FILTERS = 64


class Searcher:
    """The reading side of the derived stores, opened when first needed and kept fresh while
    another process writes. Threads may share one."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.RLock()
        self._lexicon: Lexicon | None = None
        self._lexicon_state: tuple[object, object] = (None, None)
        self._chroma: VectorStore | None = None
        self._chroma_state: tuple[object, object] = (None, None)
        self._matrix: scan.Matrix | None = None
        self._matrix_state: tuple[int, int] = (-1, -1)
        self._rows: dict[Filters, NDArray[np.intp]] = {}
        self._rows_state: tuple[int, ...] = ()

    def close(self) -> None:
        with self._lock:
            lexicon, self._lexicon = self._lexicon, None
            chroma, self._chroma = self._chroma, None
            self._matrix = None
            if lexicon is not None:
                lexicon.close()
            if chroma is not None:
                chroma.close()

    def words(self, query: str, k: int, filters: Filters) -> Hits:
        """See ``Index.search_words``."""
        within = None
        if filters.collection is not None:  # the word index knows dates and outlets alone
            with self._lock:
                matrix = self._current_matrix()
                within = matrix.passage_ids[self._rows_of(filters, matrix)]
            filters = Filters()
        hits = self._current_lexicon().search(query, k + _SPARE_HITS, filters, within)
        return self._still_known(hits, k)

    def document_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """See ``Index.document_frequencies``."""
        return self._current_lexicon().document_frequencies(terms)

    def terms_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """See ``Index.terms_with_prefix``."""
        return self._current_lexicon().terms_with_prefix(prefix)

    def passages_with_term(self, term: str, k: int) -> list[int]:
        """See ``Index.passages_with_term``."""
        return self._current_lexicon().passages_with_term(term, k)

    def nearest(self, vector: NDArray[np.float32], k: int, filters: Filters) -> Hits:
        """See ``Index.search_vectors``."""
        if not filters.active and self._catalog.counts().passages > scan.MAX_PASSAGES:
            hits = self._search_chroma(vector, k + _SPARE_HITS)
            if hits is not None:
                return self._still_known(hits, k)
        with self._lock:
            matrix = self._current_matrix()
            rows = self._rows_of(filters, matrix) if filters.active else None
        return matrix.search(np.asarray(vector, np.float32).ravel(), k, rows)

    def _current_lexicon(self) -> Lexicon:
        """
        Raises:
            DerivedStoreError: it is missing or damaged.
        """
        with self._lock:
            metas = self._catalog.metas()
            state = (metas.get("lexicon_folder"), metas.get("lexicon_seq"))
            if state[0] is None:
                raise DerivedStoreError(
                    f"the index {printable(str(self._catalog.directory))} has no word index yet; "
                    "`dateline reindex` makes it"
                )
            if self._lexicon is None or state[0] != self._lexicon_state[0]:
                self._lexicon = Lexicon.open(self._catalog.directory / "lexicon" / str(state[0]))
            elif state != self._lexicon_state:
                self._lexicon.reload()
            self._lexicon_state = state
            return self._lexicon

    def _search_chroma(self, vector: NDArray[np.float32], k: int) -> Hits | None:
        """None when Chroma cannot answer, which the exact scan then does, if more slowly."""
        metas = self._catalog.metas()
        state = (metas.get("chroma_folder"), metas.get("chroma_seq"))
        if state[0] is None or state[1] != self._catalog.last_change():
            return None
        with self._lock:
            try:
                if self._chroma is None or state != self._chroma_state:
                    if self._chroma is not None:
                        self._chroma.close()
                    folder = self._catalog.directory / "chroma" / str(state[0])
                    self._chroma, self._chroma_state = VectorStore.open(folder), state
                return self._chroma.search(vector, k)
            except DerivedStoreError:
                return None

    def _current_matrix(self) -> scan.Matrix:
        metas = self._catalog.metas()
        state = (int(metas.get("generation", 0)), int(metas.get("embedding", 0)))
        if self._matrix is None or state != self._matrix_state:
            old = self._matrix if state[1] == self._matrix_state[1] else None
            self._matrix = scan.load_matrix(self._catalog, int(metas.get("dimension", 0)), old)
            self._matrix_state = state
        rows_state = (*state, int(metas.get("collections_generation", 0)))
        if self._rows_state != rows_state:
            self._rows.clear()
            self._rows_state = rows_state
        return self._matrix

    def _rows_of(self, filters: Filters, matrix: scan.Matrix) -> NDArray[np.intp]:
        if filters not in self._rows:
            if len(self._rows) >= _REMEMBERED_FILTERS:
                self._rows.clear()
            self._rows[filters] = matrix.rows_of(self._catalog.matching_articles(filters))
        return self._rows[filters]

    def _still_known(self, hits: Hits, k: int) -> Hits:
        known = self._catalog.known_passages([passage_id for passage_id, _ in hits])
        return [hit for hit in hits if hit[0] in known][:k]
