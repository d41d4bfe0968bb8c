"""The sentences that a statement is checked against, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rag.claims.aliases import AliasTable, Key, gives_role, learn_aliases_of, merge
from rag.claims.dates import day_of
from rag.claims.names import country_of, country_of_capital, folded_words
from rag.claims.reading import Reading, read_sentence
from rag.claims.words import STOP_WORDS, stem, tokens

FindingKind = Literal[
    "number", "unit", "qualifier", "event", "binding", "date", "time", "name", "title",
    "speaker", "unattributed", "negation", "denied", "role", "opposite", "wording",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something of the statement that the evidence does not say.

    Attributes:
        kind: which check found it.
        why: for a reader, beginning in lower case, without a full stop.
        contradicts: the evidence says something else about the same thing.
    """

    kind: FindingKind
    why: str
    contradicts: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exact sentence of an article, with what is known of the article.

    ``article_text`` is what aliases are learned from; the sentence alone when it is empty.
    """

    text: str
    n: int = 0
    outlet: str | None = None
    title: str | None = None
    published: str | None = None
    article_text: str = ""
    article_id: str = ""


@dataclass(frozen=True)
class EvidenceSet:
    """Evidence ready to be checked against.

    Attributes:
        items, readings: the sentences, in order.
        words: folded words of the sentences.
        stems: their stems, stop words included.
        about: folded words of outlets and titles, which may be mentioned too.
        countries: countries named, by any name of theirs.
        published: days of publication.
    """

    items: tuple[Evidence, ...]
    readings: tuple[Reading, ...]
    words: frozenset[str]
    stems: frozenset[str]
    about: frozenset[str]
    outlets: frozenset[str]
    countries: frozenset[str]
    published: frozenset[date]
    _tables: dict[str, AliasTable] = field(default_factory=dict, repr=False, compare=False)

    def aliases(self, parts: Key) -> frozenset[Key]:
        """The folded name ``parts`` and names that stand for it, as their articles say."""
        return self._learned(parts[-1]).aliases(parts)

    def roles(self, surname: str) -> frozenset[str]:
        """Folded words of the titles and roles that their articles state with ``surname``."""
        return self._learned(surname).roles.get(surname, frozenset())

    def gives_role(self, surname: str, role: str) -> bool:
        """Whether the articles state with ``surname`` a title or role that has the
        stem ``role``."""
        return any(gives_role(text, surname, role) for text in self._texts())

    def _texts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.article_text or item.text for item in self.items))

    def _learned(self, word: str) -> AliasTable:
        # Whether by full name or short form, who is meant is said where the last word stands.
        if word not in self._tables:
            tables = tuple(learn_aliases_of(text, word) for text in self._texts())
            self._tables[word] = merge(tables)
        return self._tables[word]


def gather(items: Sequence[Evidence]) -> EvidenceSet:
    """``items`` read and put together."""
    readings = tuple(read_sentence(item.text, day_of(item.published)) for item in items)
    words = frozenset(t.lower for r in readings for t in r.tokens if t.kind == "word")
    outlets = frozenset(w for i in items for w in folded_words(i.outlet or ""))
    titles = frozenset(w for i in items for w in folded_words(i.title or ""))
    return EvidenceSet(
        items=tuple(items),
        readings=readings,
        words=words,
        stems=frozenset(stem(word) for word in words),
        about=outlets | titles,
        outlets=outlets - STOP_WORDS,
        countries=countries_in(readings),
        published=frozenset(d for i in items if (d := day_of(i.published)) is not None),
    )


def countries_in(readings: Sequence[Reading]) -> frozenset[str]:
    """Countries that the sentences name: by name, adjective or capital."""
    found: set[str] = set()
    for reading in readings:
        for name in reading.names:
            found |= countries_of(name.parts + name.titles)
    return frozenset(found)


def countries_of(parts: Sequence[str]) -> frozenset[str]:
    """Countries that the folded words of a name stand for."""
    found: set[str] = set()
    for width in (3, 2, 1):
        for at in range(len(parts) - width + 1):
            word = "_".join(parts[at : at + width])
            for country in (country_of(word), country_of_capital(word)):
                if country is not None:
                    found.add(country)
    return frozenset(found)


def content(text: str) -> frozenset[str]:
    """Stems of the words of ``text`` that say something; numbers and marks left out."""
    return frozenset(
        stem(t.lower) for t in tokens(text) if t.kind == "word" and t.lower not in STOP_WORDS
    )
