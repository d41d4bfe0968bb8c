"""Word search over passages: the one place that knows tantivy.

BM25 (tantivy's k1 = 1.2, b = 0.75) over one field that holds title and passage together, English
stemming, lower case, accents folded, no stop words; every two letters that stand together in a
script without spaces. On the 259 dev questions the answer is in the
first five of 29,551 passages for 0.857 of them; with fields of their own for title and text, their
scores summed, for 0.846.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.filters import Filters
from rag.index.failures import derived_failures
from rag.index.records import PassageEntry
from rag.unspaced import RUN, bigrams

if TYPE_CHECKING:
    import tantivy
    from numpy.typing import NDArray

NAME = "word index (tantivy)"
_WRITER_HEAP_BYTES = 64_000_000
_LONGEST_TOKEN = 60
_SPARE_HITS = 20
_MAX_TIED_HITS = 5000
# Within 1,000 of 100,000 passages tantivy searches in 6 ms, within 10,000 in 11, within 30,000 in
# 27; looking through more of the hits for those within takes 8, 4 and 4 ms.
_MAX_ID_TERMS = 2000
# A query of more distinct words than this is searched by its rarest.
MAX_QUERY_TERMS = 64
_MAX_QUERY_CHARACTERS = 20_000

_THOUSANDS = re.compile(r"(?<=\d)[,\u202f\u00a0](?=\d{3}(?!\d))")
_POSSESSIVE = re.compile(r"['’]s\b")
_JOINERS = re.compile("[\u200c\u200d]")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")


def searchable(text: str) -> str:
    """``text`` as it is put into the index and looked up: 18,190 as 18190, "U.S." as "US", no
    possessive 's, which would each fall apart into pieces that match anything; 王芳说 as 王芳 芳说,
    which would be one word that nobody asks for; joiners, which not everyone types, left out."""
    plain = unicodedata.normalize("NFKC", text).encode("utf-8", "replace").decode("utf-8")
    plain = _POSSESSIVE.sub("", _THOUSANDS.sub("", _JOINERS.sub("", plain)))
    plain = RUN.sub(lambda run: f" {' '.join(bigrams(run.group()))} ", plain)
    return _INITIALS.sub(lambda initials: initials.group().replace(".", "") + " ", plain)


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_LONGEST_TOKEN))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stemmer("english"))
        .build()
    )


@cache
def _schema() -> tantivy.Schema:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    builder.add_unsigned_field("passage_id", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="news", index_option="position")
    builder.add_text_field("outlet", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("published", indexed=True, fast=True)
    return builder.build()


def terms_of(text: str) -> list[str]:
    """The index terms of ``text`` in order, as the index splits and stems it."""
    return list(_analyzer().analyze(searchable(text)))


class Lexicon:
    """One tantivy index in one folder."""

    def __init__(self, directory: Path, index: tantivy.Index) -> None:
        self._directory = directory
        self._index = index
        self._writer: Any = None
        self._links: TemporaryDirectory[str] | None = None

    @classmethod
    def create(cls, directory: Path) -> Lexicon:
        """A new, empty one in the new folder ``directory``."""
        import tantivy

        with derived_failures(directory.parent, NAME):
            directory.mkdir(parents=True)
            index = tantivy.Index(_schema(), path=str(directory))
            return cls._with_analyzer(directory, index)

    @classmethod
    def open(cls, directory: Path) -> Lexicon:
        """
        Raises:
            DerivedStoreError: the folder is missing or its files are damaged.
        """
        import tantivy

        with derived_failures(directory, NAME):
            if not directory.is_dir():
                raise FileNotFoundError("its folder is missing")
            try:
                return cls._with_analyzer(directory, tantivy.Index.open(str(directory)))
            except ValueError as error:
                if "Lockfile" not in str(error):
                    raise
            links = _linked(directory)
            opened = cls._with_analyzer(directory, tantivy.Index.open(links.name))
            opened._links = links
            return opened

    @classmethod
    def _with_analyzer(cls, directory: Path, index: tantivy.Index) -> Lexicon:
        index.register_tokenizer("news", _analyzer())
        index.config_reader("manual")  # the default starts a thread that polls the folder
        index.reload()
        return cls(directory, index)

    def close(self) -> None:
        """Drop what is not committed and let the folder's lock go."""
        self._writer = None
        if self._links is not None:
            self._links.cleanup()
            self._links = None

    def reload(self) -> None:
        """Search what has been committed by now, by this process or another."""
        with derived_failures(self._directory, NAME):
            self._index.reload()

    def count(self) -> int:
        with derived_failures(self._directory, NAME):
            return int(self._index.searcher().num_docs)

    def passage_ids(self) -> set[int]:
        """Every passage id in the index; for checks."""
        import tantivy

        with derived_failures(self._directory, NAME):
            searcher = self._index.searcher()
            hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs)).hits
            addresses = [address for _, address in hits]
            return set(searcher.fast_field_values("passage_id", addresses))

    def finds(self, entries: Sequence[PassageEntry]) -> bool:
        """Whether every entry with words in it is found by these words."""
        return all(
            self.search(entry.text, 1, Filters()) or not terms_of(entry.text) for entry in entries
        )

    # --- writing ---

    def apply(self, removed: Sequence[int], added: Iterable[PassageEntry], *, replay: bool) -> None:
        """Take passages out and put passages in; seen by nobody before ``commit``.

        Args:
            replay: the added ones may be there already, from a run that was interrupted; they are
                passed over then, as a passage never changes under its id.
        """
        import tantivy

        with derived_failures(self._directory, NAME):
            if self._writer is None:
                self._writer = self._index.writer(heap_size=_WRITER_HEAP_BYTES, num_threads=1)
            if removed:  # by query: by term, tantivy-py looks for a signed number and finds none
                self._writer.delete_documents_by_query(
                    tantivy.Query.term_set_query(_schema(), "passage_id", list(removed))
                )
            known = self.passage_ids() if replay else set()
            for entry in added:
                if entry.passage_id in known:
                    continue
                document = tantivy.Document()
                document.add_unsigned("passage_id", entry.passage_id)
                document.add_text("text", searchable(f"{entry.title}\n{entry.text}"))
                document.add_text("outlet", entry.outlet)
                document.add_unsigned("published", entry.published)
                self._writer.add_document(document)

    def commit(self) -> None:
        with derived_failures(self._directory, NAME):
            if self._writer is not None:
                writer, self._writer = self._writer, None
                writer.commit()
                writer.wait_merging_threads()
            self._index.reload()

    # --- searching ---

    def document_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term stands."""
        with derived_failures(self._directory, NAME):
            searcher = self._index.searcher()
            return {term: int(searcher.doc_freq("text", term)) for term in terms}

    def terms_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Every term that begins so, in order, with the number of passages that it stands in."""
        with derived_failures(self._directory, NAME):
            searcher = self._index.searcher()
            return [(str(t), int(n)) for t, n in searcher.terms_with_prefix("text", prefix)]

    def passages_with_term(self, term: str, k: int) -> list[int]:
        """Ids of ``k`` passages in which a term of ``terms_of`` stands, best first."""
        from tantivy import Query

        with derived_failures(self._directory, NAME):
            query = Query.term_query(_schema(), "text", term, "freq")
            return [found for found, _ in _best(self._index.searcher(), query, k)]

    def search(
        self, query: str, k: int, filters: Filters, within: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` best passages by BM25, best first; [] when no word of the query is known.

        Any text is a query: its signs mean nothing, and of a very long one the rarest
        ``MAX_QUERY_TERMS`` words are searched.

        Args:
            filters: by date and outlet; a collection is not known here.
            within: ids of the only passages to find, ascending.
        """
        with derived_failures(self._directory, NAME):
            searcher = self._index.searcher()
            terms = _chosen_terms(query, lambda term: searcher.doc_freq("text", term))
            if not terms or k < 1:
                return []
            if within is None or len(within) > _MAX_ID_TERMS:
                return _best(searcher, _query(terms, filters), k, within)
            return _best(searcher, _query(terms, filters, within), k)


def _best(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    k: int,
    within: NDArray[np.int64] | None = None,
) -> list[tuple[int, float]]:
    """The ``k`` best hits, or of the hits in ``within``, equal scores by passage id.

    tantivy gives equal scores in the order of its files, which depends on how often an ingest was
    interrupted; so all that share the last score are asked for, if they are not too many.
    """
    limit = k + _SPARE_HITS
    if within is not None:
        limit = limit * max(1, searcher.num_docs // len(within))
    while True:
        found = searcher.search(query, limit=limit, count=False).hits
        ids = searcher.fast_field_values("passage_id", [address for _, address in found])
        kept = [True] * len(ids) if within is None else np.isin(ids, within).tolist()
        hits = [
            (int(i), float(hit[0])) for i, hit, keep in zip(ids, found, kept, strict=True) if keep
        ]
        if len(found) < limit or (
            len(hits) >= k
            and (limit >= _MAX_TIED_HITS or _rounded(found[-1][0]) < _rounded(hits[k - 1][1]))
        ):
            return sorted(hits, key=lambda hit: (-_rounded(hit[1]), hit[0]))[:k]
        limit *= 4


def _rounded(score: float) -> float:
    """Without the last bits, in which the order of adding up shows."""
    return round(score, 4)


def _linked(directory: Path) -> TemporaryDirectory[str]:
    """A folder of links to the files of ``directory``: even to read, tantivy makes a lock file
    beside them, which it may not where the index is read-only."""
    links = TemporaryDirectory(prefix="dateline-")
    for file in directory.iterdir():
        if not file.name.endswith(".lock"):
            (Path(links.name) / file.name).symlink_to(file.absolute())
    return links


def _chosen_terms(query: str, document_frequency: Callable[[str], int]) -> list[str]:
    terms = list(dict.fromkeys(terms_of(query[:_MAX_QUERY_CHARACTERS])))
    frequencies = {term: document_frequency(term) for term in terms}
    known = [term for term in terms if frequencies[term] > 0]
    return sorted(known, key=lambda term: frequencies[term])[:MAX_QUERY_TERMS]


def _query(
    terms: Sequence[str], filters: Filters, within: NDArray[np.int64] | None = None
) -> tantivy.Query:
    """Any of the terms; the filters decide who may be found and add nothing to a score."""
    from tantivy import FieldType, Occur, Query

    schema = _schema()
    words = Query.boolean_query(
        [(Occur.Should, Query.term_query(schema, "text", term, "freq")) for term in terms]
    )
    conditions = []
    if filters.by_date:
        first = _day_number(filters.since.isoformat()) if filters.since else 1
        last = _day_number(filters.until.isoformat()) if filters.until else None
        conditions.append(Query.range_query(schema, "published", FieldType.Unsigned, first, last))
    if filters.outlets:
        conditions.append(Query.term_set_query(schema, "outlet", sorted(filters.outlet_keys)))
    if within is not None:
        conditions.append(Query.term_set_query(schema, "passage_id", within.tolist()))
    if not conditions:
        return words
    required = [(Occur.Must, Query.const_score_query(c, 0.0)) for c in conditions]
    return Query.boolean_query([(Occur.Must, words), *required])


def _day_number(iso_date: str) -> int:
    return int(iso_date.replace("-", ""))
