"""The sentences that a statement is checked against, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from rag.claims.aliases import EMPTY, AliasTable, learn_aliases, merge
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

    @cached_property
    def aliases(self) -> AliasTable:
        """What their articles say about who is who: learned when asked for, because reading whole
        articles takes longer than the checks that can do without."""
        texts = dict.fromkeys(item.article_text or item.text for item in self.items)
        return merge(tuple(learn_aliases(text) for text in texts)) if texts else EMPTY


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
